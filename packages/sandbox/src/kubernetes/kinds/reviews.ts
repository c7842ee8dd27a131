import type { Resource } from '../registry/resource.ts';
import {
  selfSubjectAccessReviewSchema,
  selfSubjectReviewSchema,
  selfSubjectRulesReviewSchema,
  subjectAccessReviewSchema,
  tokenReviewSchema,
} from '../schema/core/reviews.ts';
import type { Schema } from '../schema/schema.ts';
import { ageColumn } from '../table/age.ts';
import { nameColumn } from '../table/column.ts';
import { defineKind } from './define-kind.ts';

/** Questions in the shape of objects: who am I, whose is this token, and what may one do. None is ever stored. */
export function reviewKinds(): Resource[] {
  const [authentication, authorization] = ['authentication.k8s.io', 'authorization.k8s.io'];
  return [
    review(authentication, 'SelfSubjectReview', selfSubjectReviewSchema),
    review(authentication, 'TokenReview', tokenReviewSchema),
    review(authorization, 'SelfSubjectAccessReview', selfSubjectAccessReviewSchema),
    review(authorization, 'SelfSubjectRulesReview', selfSubjectRulesReviewSchema),
    review(authorization, 'SubjectAccessReview', subjectAccessReviewSchema),
  ];
}

function review(group: string, kind: string, schema: Schema): Resource {
  return defineKind({
    group,
    plural: `${kind.toLowerCase()}s`,
    kind,
    namespaced: false,
    verbs: ['create'],
    schema,
    columns: [nameColumn, ageColumn],
  });
}

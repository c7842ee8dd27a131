import type { Resource } from '../registry/resource.ts';
import {
  authorizationV1SelfSubjectAccessReview,
  authenticationV1SelfSubjectReview,
  authorizationV1SelfSubjectRulesReview,
  authorizationV1SubjectAccessReview,
  authenticationV1TokenReview,
} from '../schema/built-in.gen.ts';
import type { Schema } from '../schema/schema.ts';
import { ageColumn } from '../table/age.ts';
import { nameColumn } from '../table/column.ts';
import { defineKind } from './define-kind.ts';

/** Reviews of identity, tokens and permissions, which are never stored. */
export function reviewKinds(): Resource[] {
  const [authentication, authorization] = ['authentication.k8s.io', 'authorization.k8s.io'];
  return [
    review(authentication, 'SelfSubjectReview', authenticationV1SelfSubjectReview),
    review(authentication, 'TokenReview', authenticationV1TokenReview),
    review(authorization, 'SelfSubjectAccessReview', authorizationV1SelfSubjectAccessReview),
    review(authorization, 'SelfSubjectRulesReview', authorizationV1SelfSubjectRulesReview),
    review(authorization, 'SubjectAccessReview', authorizationV1SubjectAccessReview),
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

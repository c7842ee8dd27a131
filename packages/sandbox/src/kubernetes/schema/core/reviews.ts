import { anything, integer, listOf, mapOf, object, string } from '../build.ts';
import type { Schema } from '../schema.ts';
import { kindSchema } from './metadata.ts';

const access = {
  resourceAttributes: object({
    namespace: string,
    verb: string,
    group: string,
    version: string,
    resource: string,
    subresource: string,
    name: string,
    fieldSelector: anything,
    labelSelector: anything,
  }),
  nonResourceAttributes: object({ path: string, verb: string }),
};

/** `authorization.k8s.io/v1 SelfSubjectAccessReview`. */
export const selfSubjectAccessReviewSchema: Schema = kindSchema({ spec: object(access), status: anything });

/** `authorization.k8s.io/v1 SubjectAccessReview`. */
export const subjectAccessReviewSchema: Schema = kindSchema({
  spec: object({ ...access, user: string, groups: listOf(string), uid: string, extra: mapOf(listOf(string)) }),
  status: anything,
});

/** `authorization.k8s.io/v1 SelfSubjectRulesReview`. */
export const selfSubjectRulesReviewSchema: Schema = kindSchema({
  spec: object({ namespace: string }),
  status: anything,
});

/** `authentication.k8s.io/v1 SelfSubjectReview`. */
export const selfSubjectReviewSchema: Schema = kindSchema({ status: anything });

/** `authentication.k8s.io/v1 TokenReview`. */
export const tokenReviewSchema: Schema = kindSchema({
  spec: object({ token: string, audiences: listOf(string) }),
  status: anything,
});

/** `authentication.k8s.io/v1 TokenRequest`, the body of `serviceaccounts/token`. */
export const tokenRequestSchema: Schema = kindSchema({
  spec: object({
    audiences: listOf(string),
    expirationSeconds: integer,
    boundObjectRef: object({ apiVersion: string, kind: string, name: string, uid: string }),
  }),
  status: anything,
});

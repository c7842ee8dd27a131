import { anything, listOf, object, string, withDefault } from '../build.ts';
import type { Schema } from '../schema.ts';
import { kindSchema, labelSelector } from './metadata.ts';

const resourceRule = object({
  apiGroups: listOf(string),
  apiVersions: listOf(string),
  operations: listOf(string),
  resources: listOf(string),
  resourceNames: listOf(string),
  scope: withDefault(string, '*'),
});

const matchResources = object({
  resourceRules: listOf(resourceRule),
  excludeResourceRules: listOf(resourceRule),
  namespaceSelector: labelSelector,
  objectSelector: labelSelector,
  matchPolicy: withDefault(string, 'Equivalent'),
});

const condition = object({ name: string, expression: string });

/** `admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy`. */
export const validatingAdmissionPolicySchema: Schema = kindSchema({
  spec: object({
    failurePolicy: withDefault(string, 'Fail'),
    paramKind: object({ apiVersion: string, kind: string }),
    matchConstraints: matchResources,
    matchConditions: listOf(condition),
    variables: listOf(condition),
    validations: listOf(object({ expression: string, message: string, messageExpression: string, reason: string })),
    auditAnnotations: listOf(object({ key: string, valueExpression: string })),
  }),
  status: anything,
});

/** `admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding`. */
export const validatingAdmissionPolicyBindingSchema: Schema = kindSchema({
  spec: object({
    policyName: string,
    paramRef: anything,
    matchResources,
    validationActions: listOf(string),
  }),
});

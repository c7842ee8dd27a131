import type { KubeObject } from '../api.ts';
import { compileCel } from '../crd/cel.ts';
import { type FieldError, invalidField, required } from '../field-error.ts';
import { arrayOrEmpty, fieldAt, isObject, textOf } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import {
  admissionregistrationV1ValidatingAdmissionPolicyBinding,
  admissionregistrationV1ValidatingAdmissionPolicy,
} from '../schema/built-in.gen.ts';
import { ageColumn } from '../table/age.ts';
import { nameColumn } from '../table/column.ts';
import { defineKind } from './define-kind.ts';

/** Storage buckets of the policies and their bindings. */
export const POLICIES = 'admissionregistration.k8s.io/validatingadmissionpolicies';
export const POLICY_BINDINGS = 'admissionregistration.k8s.io/validatingadmissionpolicybindings';

/** `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding. */
export function admissionPolicyKinds(): Resource[] {
  const common = {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    countsGeneration: true,
    columns: [nameColumn, ageColumn],
  };
  return [
    defineKind({
      ...common,
      plural: 'validatingadmissionpolicies',
      kind: 'ValidatingAdmissionPolicy',
      hasStatus: true,
      schema: admissionregistrationV1ValidatingAdmissionPolicy,
      validate: validatePolicy,
    }),
    defineKind({
      ...common,
      plural: 'validatingadmissionpolicybindings',
      kind: 'ValidatingAdmissionPolicyBinding',
      schema: admissionregistrationV1ValidatingAdmissionPolicyBinding,
      validate: validateBinding,
    }),
  ];
}

function validatePolicy(policy: KubeObject): FieldError[] {
  const rules = arrayOrEmpty(fieldAt(policy, 'spec', 'matchConstraints', 'resourceRules'));
  return [
    ...(rules.length === 0 ? [required('spec.matchConstraints.resourceRules')] : []),
    ...['matchConditions', 'variables', 'validations'].flatMap((list) =>
      arrayOrEmpty(fieldAt(policy, 'spec', list)).flatMap((item, index) =>
        expressionErrors(item, `spec.${list}[${index}].expression`),
      ),
    ),
  ];
}

function expressionErrors(item: unknown, field: string): FieldError[] {
  const expression = isObject(item) ? textOf(item['expression']) : '';
  if (expression.trim() === '') return [required(field, 'expression is not specified')];
  try {
    compileCel(expression);
    return [];
  } catch (error) {
    return [invalidField(field, expression, `compilation failed: ${String(error)}`)];
  }
}

function validateBinding(binding: KubeObject): FieldError[] {
  return [
    ...(textOf(fieldAt(binding, 'spec', 'policyName')) === '' ? [required('spec.policyName')] : []),
    ...(arrayOrEmpty(fieldAt(binding, 'spec', 'validationActions')).length === 0
      ? [required('spec.validationActions')]
      : []),
  ];
}

import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, required } from '../field-error.ts';
import { objectOrEmpty } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { coordinationV1Lease } from '../schema/built-in.gen.ts';
import { leaseColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** `coordination.k8s.io/v1 Lease`. A PUT requires a resourceVersion, so that only one of two competing holders wins. */
export function leaseKind(): Resource {
  return defineKind({
    group: 'coordination.k8s.io',
    plural: 'leases',
    kind: 'Lease',
    unconditionalUpdate: false,
    schema: coordinationV1Lease,
    columns: leaseColumns,
    validate: validateLease,
  });
}

function validateLease(lease: KubeObject): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions, holderIdentity } = objectOrEmpty(lease['spec']);
  const errors: FieldError[] = [];
  if (typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0) {
    errors.push(invalidField('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  if (typeof leaseTransitions === 'number' && leaseTransitions < 0) {
    errors.push(invalidField('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'));
  }
  if (holderIdentity === '') errors.push(required('spec.holderIdentity', 'must not be empty'));
  return errors;
}

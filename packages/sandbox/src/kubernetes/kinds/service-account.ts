import type { Resource } from '../registry/resource.ts';
import { coreV1ServiceAccount } from '../schema/built-in.gen.ts';
import { serviceAccountColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** `v1 ServiceAccount`. */
export function serviceAccountKind(): Resource {
  return defineKind({
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    deleteAnswer: 'object',
    schema: coreV1ServiceAccount,
    columns: serviceAccountColumns,
  });
}

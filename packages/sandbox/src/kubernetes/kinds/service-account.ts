import type { Resource } from '../registry/resource.ts';
import { serviceAccountSchema } from '../schema/core/config.ts';
import { serviceAccountColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** `v1 ServiceAccount`. */
export function serviceAccountKind(): Resource {
  return defineKind({
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    deleteAnswer: 'object',
    schema: serviceAccountSchema,
    columns: serviceAccountColumns,
  });
}

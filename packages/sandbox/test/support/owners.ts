import type { KubeObject } from '../../src/kubernetes/api.ts';

/** An entry of `metadata.managedFields`. */
export interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time: string;
  readonly fieldsV1: unknown;
}

/** All field owners of the object. */
export function entriesOf(object: KubeObject): Entry[] {
  return (object.metadata['managedFields'] ?? []) as Entry[];
}

/** The fields that one manager owns. */
export function fieldsOf(object: KubeObject, manager: string, operation = 'Apply'): unknown {
  return entriesOf(object).find((entry) => entry.manager === manager && entry.operation === operation)?.fieldsV1;
}

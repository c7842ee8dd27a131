import { anything, boolean, integer, keyedList, listOf, mapOf, object, setOf, string } from '../build.ts';
import type { Schema } from '../schema.ts';

const ownerReference = {
  ...object({
    apiVersion: string,
    kind: string,
    name: string,
    uid: string,
    controller: boolean,
    blockOwnerDeletion: boolean,
  }),
  'x-kubernetes-map-type': 'atomic' as const,
};

/** `metadata` of every object. */
export const objectMeta: Schema = object({
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid: string,
  resourceVersion: string,
  generation: integer,
  creationTimestamp: string,
  deletionTimestamp: string,
  deletionGracePeriodSeconds: integer,
  labels: mapOf(string),
  annotations: mapOf(string),
  ownerReferences: keyedList(['uid'], ownerReference),
  finalizers: setOf(string),
  managedFields: listOf(anything),
});

/** A whole object: its own fields beside the ones every object has. */
export function kindSchema(fields: Record<string, Schema>): Schema {
  return object({ apiVersion: string, kind: string, metadata: objectMeta, ...fields });
}

/** `selector: {matchLabels, matchExpressions}`; owned as a whole. */
export const labelSelector: Schema = {
  ...object({
    matchLabels: mapOf(string),
    matchExpressions: listOf(object({ key: string, operator: string, values: listOf(string) })),
  }),
  'x-kubernetes-map-type': 'atomic',
};

/** `status.conditions`. */
export const conditions: Schema = keyedList(
  ['type'],
  object({
    type: string,
    status: string,
    observedGeneration: integer,
    lastTransitionTime: string,
    lastUpdateTime: string,
    lastProbeTime: string,
    reason: string,
    message: string,
  }),
);

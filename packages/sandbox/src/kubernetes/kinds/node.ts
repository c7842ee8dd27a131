import type { Resource } from '../registry/resource.ts';
import { metaV1ObjectMeta } from '../schema/built-in.gen.ts';
import type { Schema } from '../schema/schema.ts';
import { nodeColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

const TEXT: Schema = { type: 'string' };

/** The parts of a node that clients of a cluster's API read. */
const SCHEMA: Schema = {
  type: 'object',
  properties: {
    apiVersion: TEXT,
    kind: TEXT,
    metadata: metaV1ObjectMeta,
    spec: { type: 'object', properties: { podCIDR: TEXT, providerID: TEXT, unschedulable: { type: 'boolean' } } },
    status: {
      type: 'object',
      properties: { addresses: byType({ address: TEXT }), conditions: byType(conditionFields()) },
    },
  },
};

function byType(fields: Readonly<Record<string, Schema>>): Schema {
  return {
    type: 'array',
    'x-kubernetes-patch-merge-key': 'type',
    'x-kubernetes-patch-strategy': 'merge',
    items: { type: 'object', properties: { type: TEXT, ...fields } },
  };
}

function conditionFields(): Readonly<Record<string, Schema>> {
  return { status: TEXT, reason: TEXT, message: TEXT, lastHeartbeatTime: TEXT, lastTransitionTime: TEXT };
}

/** `v1 Node`. A kubelet registers its node, and says in the status where it is and whether it is ready. */
export function nodeKind(): Resource {
  return defineKind({
    plural: 'nodes',
    kind: 'Node',
    shortNames: ['no'],
    namespaced: false,
    hasStatus: true,
    schema: SCHEMA,
    columns: nodeColumns,
  });
}

import type { KubeObject } from '../api.ts';
import type { Resource } from '../registry/resource.ts';
import { labelName } from '../registry/names.ts';
import { NAMESPACES } from '../registry/namespace-lifecycle.ts';
import { coreV1Namespace } from '../schema/built-in.gen.ts';
import { namespaceColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** `v1 Namespace`. The namespace controller deletes its content, and then clears `spec.finalizers`. */
export function namespaceKind(): Resource {
  return defineKind({
    plural: NAMESPACES,
    kind: 'Namespace',
    shortNames: ['ns'],
    namespaced: false,
    hasStatus: true,
    deleteAnswer: 'object',
    nameRule: labelName,
    schema: coreV1Namespace,
    columns: namespaceColumns,
    selectableFields: ['status.phase', 'name'],
    prepare: prepareNamespace,
  });
}

function prepareNamespace(namespace: KubeObject, old: KubeObject | undefined): void {
  const { metadata } = namespace;
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  if (old !== undefined) return;
  namespace['spec'] = { finalizers: ['kubernetes'] };
  namespace['status'] = { phase: 'Active' };
}

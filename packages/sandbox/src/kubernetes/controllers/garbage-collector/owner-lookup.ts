import type { KubeApi, OwnerReference, ResourceRef } from '../../api.ts';
import type { GraphNode, OwnershipGraph } from './ownership-graph.ts';

/** `unknown`: the API of the owner is not known yet, so the dependent is kept. */
export type OwnerState = 'present' | 'absent' | 'unknown';

/**
 * Whether the owner of a dependent exists. A namespaced owner in another namespace counts as absent. Assumption: so
 * does an owner of the same name with another uid (from memory, not measured on a real control plane).
 */
export function lookUpOwner(
  api: KubeApi,
  graph: OwnershipGraph,
  resources: Iterable<ResourceRef>,
  dependent: GraphNode,
  owner: OwnerReference,
): OwnerState {
  if (graph.isKnownAbsent(owner.uid)) return 'absent';
  const node = graph.get(owner.uid);
  if (node !== undefined) return isVisibleTo(node.namespace, dependent) ? 'present' : 'absent';

  const candidates = [...resources].filter((resource) => apiVersionOf(resource) === owner.apiVersion);
  if (candidates.length === 0) return 'unknown';
  // The graph may be stale, so the API server decides.
  const exists = candidates.some((resource) => {
    const found = api.get(resource, dependent.namespace, owner.name);
    return found?.metadata.uid === owner.uid && isVisibleTo(found.metadata.namespace, dependent);
  });
  return exists ? 'present' : 'absent';
}

function isVisibleTo(ownerNamespace: string | undefined, dependent: GraphNode): boolean {
  return ownerNamespace === undefined || ownerNamespace === dependent.namespace;
}

function apiVersionOf({ group, version }: ResourceRef): string {
  return group === '' ? version : `${group}/${version}`;
}

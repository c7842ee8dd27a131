import type { KubeObject, OwnerReference, ResourceRef } from '../../api.ts';

/** The data that the garbage collector keeps about an object. */
export interface GraphNode {
  readonly resource: ResourceRef;
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

/** Owners and dependents by uid, as reported by the watches. */
export class OwnershipGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #absent = new Set<string>();

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf(uid: string): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? []);
  }

  /** Whether an owner with this uid was deleted. */
  isKnownAbsent(uid: string): boolean {
    return this.#absent.has(uid);
  }

  put(node: GraphNode): void {
    this.#unlink(node.uid);
    this.#nodes.set(node.uid, node);
    for (const owner of node.owners) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set<string>();
      this.#dependents.set(owner.uid, dependents.add(node.uid));
    }
  }

  remove(uid: string): void {
    this.#unlink(uid);
    this.#nodes.delete(uid);
    if (this.#dependents.has(uid)) this.#absent.add(uid);
  }

  #unlink(uid: string): void {
    for (const owner of this.#nodes.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}

/** The node of an object of `resource`. */
export function nodeOf(resource: ResourceRef, { apiVersion, kind, metadata }: KubeObject): GraphNode {
  return {
    resource,
    apiVersion,
    kind,
    uid: metadata.uid ?? '',
    namespace: metadata.namespace,
    name: metadata.name,
    owners: metadata.ownerReferences ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
  };
}

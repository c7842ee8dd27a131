import type { KubeApi, KubeObject, OwnerReference } from '../api.ts';
import type { RunningController } from './context.ts';
import { lookUpOwner, type OwnerState } from './garbage-collector/owner-lookup.ts';
import { type GraphNode, nodeOf, OwnershipGraph } from './garbage-collector/ownership-graph.ts';
import { ServedResources } from './garbage-collector/served-resources.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';

export interface GarbageCollectorOptions {
  /**
   * How long a new CRD stays unknown. Until then, its objects are neither collected nor recognised as owners. Up to 30
   * s in a real kube-controller-manager.
   */
  readonly crdResyncMs?: number;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/** The delay between an event and the collection. On a real control plane, 60 to 160 ms were measured. */
const COLLECT_AFTER_MS = 60;
const DEFAULT_CRD_RESYNC_MS = 50;
const UNKNOWN_OWNER_RECHECK_MS = 500;

/**
 * Deletes objects whose owners are gone, and implements foreground and orphaning deletion for every served resource.
 * Works asynchronously, as the real one does.
 */
export function startGarbageCollector(api: KubeApi, options: GarbageCollectorOptions = {}): RunningController {
  const collector = new GarbageCollector(api, options.crdResyncMs ?? DEFAULT_CRD_RESYNC_MS);
  return { stop: () => collector.stop() };
}

class GarbageCollector {
  readonly #api: KubeApi;
  readonly #graph = new OwnershipGraph();
  readonly #served: ServedResources;
  readonly #loop = new WorkLoop((uid) => this.#process(uid), { delayMs: COLLECT_AFTER_MS });

  constructor(api: KubeApi, crdResyncMs: number) {
    this.#api = api;
    this.#served = new ServedResources(api, crdResyncMs, (resource, type, object) => {
      if (type === 'DELETED') this.#noteGone(nodeOf(resource, object));
      else this.#noteState(nodeOf(resource, object));
    });
  }

  async stop(): Promise<void> {
    this.#served.stop();
    await this.#loop.stop();
  }

  #noteState(node: GraphNode): void {
    const before = this.#graph.get(node.uid);
    this.#graph.put(node);
    if (node.owners.length > 0 || node.deleting) this.#loop.add(node.uid);
    // An owner in foreground deletion may be waiting for the removal of the reference.
    for (const { uid } of before?.owners ?? [])
      if (!node.owners.some((owner) => owner.uid === uid)) this.#loop.add(uid);
  }

  #noteGone(node: GraphNode): void {
    this.#graph.remove(node.uid);
    for (const dependent of this.#graph.dependentsOf(node.uid)) this.#loop.add(dependent.uid);
    // An owner in foreground deletion may be waiting for this object.
    for (const owner of node.owners) this.#loop.add(owner.uid);
  }

  #process(uid: string): Recheck {
    const node = this.#graph.get(uid);
    if (node === undefined) return undefined;
    if (!node.deleting) return this.#collectIfOwnerless(node);
    if (node.finalizers.includes(ORPHAN)) this.#orphanDependents(node);
    else if (node.finalizers.includes(FOREGROUND)) this.#deleteDependentsFirst(node);
    return undefined;
  }

  #collectIfOwnerless(node: GraphNode): Recheck {
    const states = new Map(node.owners.map((owner) => [owner, this.#stateOf(node, owner)]));
    if (node.owners.length === 0) return undefined;
    if ([...states.values()].includes('unknown')) return UNKNOWN_OWNER_RECHECK_MS;

    const present = node.owners.filter((owner) => states.get(owner) === 'present');
    const keeping = present.filter((owner) => !this.#isDeletedInForeground(owner));
    if (keeping.length === 0) this.#collect(node, present.length > 0);
    else if (keeping.length < node.owners.length) this.#keepOwners(node, keeping);
    return undefined;
  }

  #stateOf(node: GraphNode, owner: OwnerReference): OwnerState {
    return lookUpOwner(this.#api, this.#graph, this.#served.known(), node, owner);
  }

  #isDeletedInForeground(owner: OwnerReference): boolean {
    const node = this.#graph.get(owner.uid);
    return node !== undefined && node.deleting && node.finalizers.includes(FOREGROUND);
  }

  /** A dependent that blocks its owner deletes its own dependents first. */
  #collect(node: GraphNode, isAwaited: boolean): void {
    const foreground = isAwaited && this.#graph.dependentsOf(node.uid).length > 0;
    const propagationPolicy = foreground ? 'Foreground' : 'Background';
    this.#api.delete(node.resource, node.namespace, node.name, { uid: node.uid, propagationPolicy });
  }

  #keepOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    const uids = new Set(owners.map((owner) => owner.uid));
    this.#rewrite(node, (object) => withOwners(object, (owner) => uids.has(owner.uid)));
  }

  #orphanDependents(owner: GraphNode): void {
    for (const dependent of this.#graph.dependentsOf(owner.uid)) {
      this.#rewrite(dependent, (object) => withOwners(object, ({ uid }) => uid !== owner.uid));
    }
    this.#rewrite(owner, (object) => withoutFinalizer(object, ORPHAN));
  }

  #deleteDependentsFirst(owner: GraphNode): void {
    const dependents = this.#graph.dependentsOf(owner.uid);
    for (const dependent of dependents) if (!dependent.deleting) this.#loop.add(dependent.uid, 0);
    if (dependents.some((dependent) => blocks(dependent, owner))) return;
    this.#rewrite(owner, (object) => withoutFinalizer(object, FOREGROUND));
  }

  #rewrite(node: GraphNode, change: (object: KubeObject) => KubeObject): void {
    const object = this.#api.get(node.resource, node.namespace, node.name);
    if (object?.metadata.uid === node.uid) this.#api.update(node.resource, change(object));
  }
}

function blocks(dependent: GraphNode, owner: GraphNode): boolean {
  return dependent.owners.some(({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion === true);
}

function withOwners(object: KubeObject, keep: (owner: OwnerReference) => boolean): KubeObject {
  const { ownerReferences = [], ...metadata } = object.metadata;
  const kept = ownerReferences.filter(keep);
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { ownerReferences: kept }) } };
}

function withoutFinalizer(object: KubeObject, finalizer: string): KubeObject {
  const { finalizers = [], ...metadata } = object.metadata;
  const kept = finalizers.filter((name) => name !== finalizer);
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { finalizers: kept }) } };
}

import type { KubeObject } from '../api.ts';
import { CLEANUP_FINALIZER, DEFINITIONS } from '../kinds/custom-resource-definition.ts';
import type { Cluster } from '../registry/cluster.ts';
import { deleteObject, mayBeRemoved } from '../registry/delete.ts';
import type { StorageEvent } from '../storage/event.ts';
import { namesOf } from './definition.ts';
import { customResources } from './custom-resource.ts';

/**
 * Keeps the catalog equal to the stored definitions, synchronously, and deletes the objects of deleted definitions. A
 * deleted definition stays served until its last object is deleted. Then its finalizer is removed.
 */
export class DefinitionController {
  readonly #cluster: Cluster;
  readonly #unsubscribe: (() => void)[] = [];

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  start(): void {
    this.#unsubscribe.push(this.#cluster.store.subscribe(DEFINITIONS, (event) => this.#serve(event)));
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #serve({ type, object, previous }: StorageEvent): void {
    const { name } = object.metadata;
    if (type === 'DELETED') return this.#cluster.catalog.setCustom(name, []);
    if (previous === undefined || previous['spec'] !== object['spec']) {
      this.#cluster.catalog.setCustom(name, customResources(object));
    }
    const isNewlyDeleted =
      object.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined;
    // Changes are reported in version order, so writes wait until every listener has seen this change.
    if (isNewlyDeleted) setImmediate(() => this.#empty(object));
  }

  #empty(definition: KubeObject): void {
    const { catalog, store } = this.#cluster;
    const { group, plural } = namesOf(definition);
    const bucket = `${group}/${plural}`;
    this.#unsubscribe.push(store.subscribe(bucket, () => setImmediate(() => this.#finalize(definition, bucket))));
    const resource = catalog.all().find((candidate) => candidate.bucket === bucket);
    for (const stored of resource === undefined ? [] : store.list(bucket)) {
      if (resource !== undefined) deleteObject(this.#cluster, resource, resource.fromStorage(stored), {});
    }
    this.#finalize(definition, bucket);
  }

  #finalize(definition: KubeObject, bucket: string): void {
    const { store } = this.#cluster;
    const current = store.get(DEFINITIONS, definition.metadata.name);
    const finalizers = current?.metadata.finalizers ?? [];
    if (current === undefined || !finalizers.includes(CLEANUP_FINALIZER) || store.list(bucket).length > 0) return;
    const rest = finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    const metadata = { ...current.metadata, finalizers: rest };
    if (mayBeRemoved({ ...current, metadata })) store.remove(DEFINITIONS, current);
    else store.put(DEFINITIONS, { ...current, metadata });
  }
}

import type { KubeObject } from '../api.ts';
import { keyOf, type StorageEvent } from './event.ts';

/** The objects of one resource, listed in key order. The order is computed only after keys were added or removed. */
export class Bucket {
  readonly #objects: Map<string, KubeObject>;
  #sortedKeys: string[] | undefined;

  constructor(from?: Bucket) {
    this.#objects = new Map(from === undefined ? [] : from.#objects);
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (!this.#objects.has(key)) this.#sortedKeys = undefined;
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#sortedKeys = undefined;
  }

  revert({ object, previous }: StorageEvent): void {
    if (previous === undefined) this.delete(keyOf(object));
    else this.set(keyOf(previous), previous);
  }

  list(namespace: string | undefined): KubeObject[] {
    this.#sortedKeys ??= [...this.#objects.keys()].toSorted();
    const all = this.#sortedKeys.map((key) => this.#objects.get(key) as KubeObject);
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }
}

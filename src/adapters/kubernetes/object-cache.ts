import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';

/** The objects of one watched kind. They are shared: never change them. */
export class ObjectCache<T extends KubeObject> {
  readonly #objects = new Map<ObjectKey, T>();
  #version = 0;
  #list: readonly T[] | undefined;

  /** Grows with every change, so that a value derived from one version is valid until the next. */
  get version(): number {
    return this.#version;
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    this.#list ??= [...this.#objects.values()];
    return this.#list;
  }

  set(object: T): void {
    this.#objects.set(keyOf(object), object);
    this.#changed();
  }

  delete(key: ObjectKey): void {
    if (this.#objects.delete(key)) this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    this.#list = undefined;
  }
}

import type { KubeObject } from '../../api/objects.ts';

interface Pending<T> {
  readonly versions: Set<string>;
  newest: string;
  /** The last state that was announced; `undefined` for an object that was never seen. */
  announced: T | undefined;
}

/** What a version that the watch or a list brings means for an object with writes of ours on their way. */
export interface Finding<T> {
  /** The cache is as new as this, or newer. */
  readonly isKnown: boolean;
  /** Somebody else's change is, or may be, in what the cache holds now: it must be announced. */
  readonly haveInputsChanged: boolean;
  readonly announced: T | undefined;
}

/**
 * Writes of ours whose answer has filled the cache before the watch brought them. They are no news; but what somebody
 * else has written shortly before came into the cache with the answer, and nobody has been told of that.
 */
export class OwnWrites<T extends KubeObject> {
  readonly #pending = new Map<string, Pending<T>>();

  /** Notes a write. `cached`: what was known before it. */
  note(key: string, version: string, cached: T | undefined): void {
    const pending = this.#pending.get(key) ?? { versions: new Set(), newest: version, announced: cached };
    pending.versions.add(version);
    pending.newest = version;
    this.#pending.set(key, pending);
  }

  /** Whether the newest write is from after a version. */
  isAfter(key: string, version: string): boolean {
    const pending = this.#pending.get(key);
    return pending !== undefined && Number(pending.newest) > Number(version);
  }

  forget(key: string): void {
    this.#pending.delete(key);
  }

  /** `undefined`: no write of ours is on its way. A list does not show what lay between two states: it may be news. */
  find(key: string, version: string, isListed: boolean): Finding<T> | undefined {
    const pending = this.#pending.get(key);
    if (pending === undefined) return undefined;
    const { versions, newest, announced } = pending;
    if (Number(version) >= Number(newest)) this.#pending.delete(key);
    const isOurs = versions.has(version) && !isListed;
    const isOld = announced?.metadata.resourceVersion === version;
    return { isKnown: Number(version) <= Number(newest), haveInputsChanged: !isOurs && !isOld, announced };
  }

  /** What the cache holds has been announced now. */
  announced(key: string, object: T): void {
    const pending = this.#pending.get(key);
    if (pending !== undefined) pending.announced = object;
  }
}

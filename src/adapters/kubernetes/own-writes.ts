import type { KubeObject } from '../../api/objects.ts';

interface Pending<T> {
  readonly versions: Set<string>;
  newest: string;
  /** The state that was announced last; `undefined` for a new object. */
  announced: T | undefined;
}

/** What a version from the watch or a list means for an object with pending writes of ours. */
export interface Comparison<T> {
  /** The cache holds this version or a later one. */
  readonly isCached: boolean;
  /** The cached object contains, or may contain, a change by somebody else that was not announced. */
  readonly mustAnnounce: boolean;
  readonly announced: T | undefined;
}

/**
 * Writes of ours that are cached before the watch delivers them. They are not announced. But the answer to a write also
 * contains what somebody else wrote shortly before, and that must be announced.
 */
export class OwnWrites<T extends KubeObject> {
  readonly #pending = new Map<string, Pending<T>>();

  /** Notes a write. `cached`: the object before it. */
  note(key: string, version: string, cached: T | undefined): void {
    const pending = this.#pending.get(key) ?? { versions: new Set(), newest: version, announced: cached };
    pending.versions.add(version);
    pending.newest = version;
    this.#pending.set(key, pending);
  }

  /** Whether the newest write is later than a version. */
  isAfter(key: string, version: string): boolean {
    const pending = this.#pending.get(key);
    return pending !== undefined && Number(pending.newest) > Number(version);
  }

  forget(key: string): void {
    this.#pending.delete(key);
  }

  /** `undefined`: no write is pending. A list hides the states in between, so its objects are always announced. */
  compare(key: string, version: string, isListed: boolean): Comparison<T> | undefined {
    const pending = this.#pending.get(key);
    if (pending === undefined) return undefined;
    const { versions, newest, announced } = pending;
    if (Number(version) >= Number(newest)) this.#pending.delete(key);
    const isOurs = versions.has(version) && !isListed;
    const isOld = announced?.metadata.resourceVersion === version;
    return { isCached: Number(version) <= Number(newest), mustAnnounce: !isOurs && !isOld, announced };
  }

  /** Notes that the cached object was announced. */
  announced(key: string, object: T): void {
    const pending = this.#pending.get(key);
    if (pending !== undefined) pending.announced = object;
  }
}

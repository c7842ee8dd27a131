import type { ObjectKey } from '../../api/objects.ts';
import type { RelatedKind, RelatedKinds, RelatedObjects } from '../../core/sources/related.ts';

/** What was read of another object. */
export type Read =
  | { readonly kind: RelatedKind; readonly key: ObjectKey; readonly found: RelatedKinds[RelatedKind] | undefined }
  | { readonly kind: RelatedKind; readonly isReadable: boolean };

/** Remembers what was read of other objects, so that a result can be kept until one of them changes. */
export class Lookups implements RelatedObjects {
  readonly #related: RelatedObjects;
  #reads: Read[] = [];

  constructor(related: RelatedObjects) {
    this.#related = related;
  }

  get<Kind extends RelatedKind>(kind: Kind, key: ObjectKey): RelatedKinds[Kind] | undefined {
    const found = this.#related.get(kind, key);
    this.#reads.push({ kind, key, found });
    return found;
  }

  isReadable(kind: RelatedKind): boolean {
    const isReadable = this.#related.isReadable(kind);
    this.#reads.push({ kind, isReadable });
    return isReadable;
  }

  /** What was read since the last call. */
  take(): readonly Read[] {
    if (this.#reads.length === 0) return NONE;
    const reads = this.#reads;
    this.#reads = [];
    return reads;
  }
}

/** Shared, since most requests read nothing else. */
export const NONE: readonly Read[] = Object.freeze([]);

/** Whether reading again would give the same. */
export function areCurrent(reads: readonly Read[], related: RelatedObjects): boolean {
  return reads.every((read) =>
    'key' in read ? related.get(read.kind, read.key) === read.found : related.isReadable(read.kind) === read.isReadable,
  );
}

/** Names an object that was read, or looked for in vain. */
export function lookupKey(kind: string, key: ObjectKey): string {
  return `${kind} ${key}`;
}

export function keysOf(reads: readonly Read[]): readonly string[] {
  return reads.flatMap((read) => ('key' in read ? [lookupKey(read.kind, read.key)] : []));
}

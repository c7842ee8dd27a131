import type { ObjectKey } from '../../api/objects.ts';
import type { ListedKind, RelatedKind, RelatedKinds, RelatedObjects } from '../../core/sources/related.ts';

/** What was read of another object. */
export type Read =
  | { readonly kind: RelatedKind; readonly key: ObjectKey; readonly found: RelatedKinds[RelatedKind] | undefined }
  | { readonly kind: ListedKind; readonly namespace: string; readonly listed: readonly RelatedKinds[ListedKind][] }
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

  list(kind: ListedKind, namespace: string): readonly RelatedKinds[ListedKind][] {
    const listed = this.#related.list(kind, namespace);
    this.#reads.push({ kind, namespace, listed });
    return listed;
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
  return reads.every((read) => isCurrent(read, related));
}

function isCurrent(read: Read, related: RelatedObjects): boolean {
  if ('key' in read) return related.get(read.kind, read.key) === read.found;
  if ('isReadable' in read) return related.isReadable(read.kind) === read.isReadable;
  const listed = related.list(read.kind, read.namespace);
  return listed.length === read.listed.length && listed.every((object, index) => object === read.listed[index]);
}

/** Names an object that was read, or looked for in vain. */
export function lookupKey(kind: string, key: ObjectKey): string {
  return `${kind} ${key}`;
}

/** Names all objects of a kind in a namespace. */
export function listKey(kind: string, namespace: string): string {
  return `${kind} in ${namespace}`;
}

export function keysOf(reads: readonly Read[]): readonly string[] {
  return reads.flatMap((read) => {
    if ('key' in read) return [lookupKey(read.kind, read.key)];
    return 'namespace' in read ? [listKey(read.kind, read.namespace)] : [];
  });
}

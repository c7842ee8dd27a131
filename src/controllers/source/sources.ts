import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, ObjectKey, Tunnel } from '../../api/objects.ts';
import { hasFinalizer } from '../../core/finalizer.ts';
import { keyOf, splitKey } from '../../core/keys.ts';
import type { Route } from '../../core/model/route.ts';
import type { RouteRequest } from '../../core/model/route-request.ts';
import { serviceOf } from '../../core/model/service-origin.ts';
import { type SourceKey, kindOf, objectKeyOf, sourceKey } from '../../core/model/source.ts';
import type { Parsers } from '../../core/sources/parsers.ts';
import type { RelatedObjects } from '../../core/sources/related.ts';
import type { RouteSource } from '../../core/sources/source.ts';
import { Lookups, NONE, type Read, areCurrent, keysOf, listKey, lookupKey } from './lookups.ts';

/** A kind of source, and the cached objects of that kind. */
export interface ObservedSource<Source extends KubeObject = KubeObject> {
  readonly source: RouteSource<Source>;
  readonly objects: { get(key: ObjectKey): Source | undefined; list(): readonly Source[] };
  /** False: they may not be read, so it is not known which of them exist. */
  readonly isRead: () => boolean;
}

export interface SourceObject {
  readonly key: SourceKey;
  readonly source: RouteSource;
  readonly object: KubeObject;
}

/** A request, with what was read of other objects to parse it. */
interface Parsed {
  readonly request: RouteRequest;
  readonly reads: readonly Read[];
}

/** An object that a source has read, or looked for in vain. */
interface Use {
  readonly read: string;
  readonly source: SourceKey;
}

/** The objects that routes can come from, of every kind. */
export class Sources {
  readonly #byKind: ReadonlyMap<string, ObservedSource>;
  readonly #parsers: Parsers;
  readonly #related: RelatedObjects;
  /** Of objects whose status has no conditions. */
  readonly #conditions = new Map<SourceKey, Condition>();
  readonly #parsed = new WeakMap<KubeObject, Parsed>();
  /** By what they depend on, the sources that depend on more than their own object. */
  #dependents: ReadonlyMap<string, readonly Use[]> = new Map();
  /** The same for objects that have been looked at since, and that request nothing because of what they depend on. */
  readonly #seen = new Map<string, Set<SourceKey>>();

  constructor(observed: readonly ObservedSource[], parsers: Parsers, related: RelatedObjects) {
    this.#byKind = new Map(observed.map((one) => [one.source.kind, one]));
    this.#parsers = parsers;
    this.#related = related;
  }

  find(key: SourceKey): SourceObject | undefined {
    const observed = this.#byKind.get(kindOf(key));
    const object = observed?.objects.get(objectKeyOf(key));
    return observed === undefined || object === undefined ? undefined : { key, source: observed.source, object };
  }

  get(key: SourceKey): KubeObject | undefined {
    return this.find(key)?.object;
  }

  conditionOf(key: SourceKey): Condition | undefined {
    const found = this.find(key);
    return found?.source.conditionOf === undefined ? this.#conditions.get(key) : found.source.conditionOf(found.object);
  }

  /** Keeps a condition that the status of the object cannot hold. After a restart it is not known any more. */
  remember(key: SourceKey, condition: Condition): void {
    if (this.find(key)?.source.conditionOf === undefined) this.#conditions.set(key, condition);
  }

  forget(key: SourceKey): void {
    this.#conditions.delete(key);
  }

  /** Whether an object requests to be exposed. If it does not, it may when something else changes. */
  requestsExposure({ source, object }: Pick<SourceObject, 'source' | 'object'>): boolean {
    const lookups = new Lookups(this.#related);
    const isRequested = source.requestsExposure(object, lookups);
    if (!isRequested) this.#remember(sourceKey(source.kind, keyOf(object)), lookups.take());
    return isRequested;
  }

  #remember(source: SourceKey, reads: readonly Read[]): void {
    for (const read of keysOf(reads)) {
      const sources = this.#seen.get(read) ?? new Set();
      this.#seen.set(read, sources.add(source));
    }
  }

  /** All requests. A routing table is built after every burst of changes, so each version is parsed only once. */
  requests(): readonly RouteRequest[] {
    const requests: RouteRequest[] = [];
    const uses: Use[] = [];
    const lookups = new Lookups(this.#related);
    for (const { source, objects } of this.#byKind.values())
      for (const object of objects.list()) {
        const isRequested = source.requestsExposure(object, lookups);
        const reads = lookups.take();
        const parsed = isRequested ? this.#parse(source, object) : undefined;
        if (parsed !== undefined) requests.push(parsed.request);
        if (reads !== NONE || (parsed?.reads ?? NONE) !== NONE)
          uses.push(...usesOf(sourceKey(source.kind, keyOf(object)), [...reads, ...(parsed?.reads ?? NONE)]));
      }
    this.#dependents = Map.groupBy(uses, ({ read }) => read);
    this.#seen.clear();
    return requests;
  }

  /** The sources whose requests depend on an object that is not their own, or on its absence. */
  dependentsOf(kind: string, key: ObjectKey): readonly SourceKey[] {
    const uses = [lookupKey(kind, key), ...(key.includes('/') ? [listKey(kind, splitKey(key).namespace)] : [])];
    return uses.flatMap((use) => [
      ...(this.#dependents.get(use)?.map(({ source }) => source) ?? []),
      ...(this.#seen.get(use) ?? []),
    ]);
  }

  /** Objects that carry our finalizer. */
  withFinalizer(): readonly SourceObject[] {
    return [...this.#byKind.values()].flatMap(({ source, objects }) =>
      objects
        .list()
        .filter(hasFinalizer)
        .map((object) => ({ key: sourceKey(source.kind, keyOf(object)), source, object })),
    );
  }

  /** Whether the status of an object is ours to write. */
  isStatusOurs({ source, object }: Pick<SourceObject, 'source' | 'object'>): boolean {
    return source.isStatusOurs?.(object, this.#related) ?? true;
  }

  /**
   * Whether a route may lead to its origin. False where its kind of source is unknown, as after a downgrade. Of a kind
   * that may not be read, what has been published stays, as long as it leads to a Service.
   */
  isOwnOrigin(route: Route, tunnel: Tunnel | undefined): boolean {
    const observed = this.#byKind.get(kindOf(route.source));
    if (observed === undefined) return false;
    if (!observed.isRead()) return serviceOf(route.origin) !== undefined;
    const object = observed.objects.get(objectKeyOf(route.source));
    return observed.source.isOwnOrigin(route, { object, tunnel, related: this.#related });
  }

  /** Whether the objects of a kind may not be read, so that those with published routes are not known to be gone. */
  isUnread(source: SourceKey): boolean {
    return this.#byKind.get(kindOf(source))?.isRead() === false;
  }

  #parse(source: RouteSource, object: KubeObject): Parsed {
    const known = this.#parsed.get(object);
    if (known !== undefined && areCurrent(known.reads, this.#related)) return known;
    const lookups = new Lookups(this.#related);
    const request = source.parse(object, this.#parsers, lookups);
    const parsed: Parsed = { request, reads: lookups.take() };
    this.#parsed.set(object, parsed);
    return parsed;
  }
}

function usesOf(source: SourceKey, reads: readonly Read[]): readonly Use[] {
  return keysOf(reads).map((read) => ({ read, source }));
}

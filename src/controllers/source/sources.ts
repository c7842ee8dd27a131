import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { hasFinalizer } from '../../core/finalizer.ts';
import { keyOf } from '../../core/keys.ts';
import type { Route } from '../../core/model/route.ts';
import type { RouteRequest } from '../../core/model/route-request.ts';
import { type SourceKey, kindOf, objectKeyOf, sourceKey } from '../../core/model/source.ts';
import type { Parsers } from '../../core/sources/parsers.ts';
import type { RouteSource } from '../../core/sources/source.ts';

/** A kind of source, and the cached objects of that kind. */
export interface ObservedSource<Source extends KubeObject = KubeObject> {
  readonly source: RouteSource<Source>;
  readonly objects: { get(key: ObjectKey): Source | undefined; list(): readonly Source[] };
}

export interface SourceObject {
  readonly key: SourceKey;
  readonly source: RouteSource;
  readonly object: KubeObject;
}

/** The objects that routes can come from, of every kind. */
export class Sources {
  readonly #byKind: ReadonlyMap<string, ObservedSource>;
  readonly #parsers: Parsers;
  readonly #parsed = new WeakMap<KubeObject, RouteRequest>();

  constructor(observed: readonly ObservedSource[], parsers: Parsers) {
    this.#byKind = new Map(observed.map((one) => [one.source.kind, one]));
    this.#parsers = parsers;
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
    return found?.source.conditionOf(found.object);
  }

  /** All requests. A routing table is built after every burst of changes, so each version is parsed only once. */
  requests(): readonly RouteRequest[] {
    const requests: RouteRequest[] = [];
    for (const { source, objects } of this.#byKind.values())
      for (const object of objects.list())
        if (source.requestsExposure(object)) requests.push(this.#parse(source, object));
    return requests;
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

  /** False for a route whose kind of source is unknown, as after a downgrade. */
  isOwnOrigin(route: Route): boolean {
    return this.#byKind.get(kindOf(route.source))?.source.isOwnOrigin(route) === true;
  }

  #parse(source: RouteSource, object: KubeObject): RouteRequest {
    const known = this.#parsed.get(object);
    if (known !== undefined) return known;
    const request = source.parse(object, this.#parsers);
    this.#parsed.set(object, request);
    return request;
  }
}

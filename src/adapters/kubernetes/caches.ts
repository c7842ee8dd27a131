import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { AddOnWatch } from './add-on-watch.ts';
import { ApiError } from './api-error.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector, type ReflectorHandler } from './reflector.ts';
import { RESOURCES, collectionPath, resourceOf } from './resource.ts';
import type { RestClient } from './rest-client.ts';
import { ServedKinds } from './served-kinds.ts';
import { type Watched, type WatchedName, watchedKind } from './watched-kinds.ts';

/** A reflector for each watched kind. They run until `stop`. */
export class Caches {
  readonly #rest: RestClient;
  readonly #caches = new Map<string, ObjectCache<KubeObject>>();
  readonly #reflectors = new Map<WatchedName, Reflector<KubeObject>>();
  readonly #addOns = new Map<WatchedName, AddOnWatch>();
  readonly #served: ServedKinds;
  readonly #runs: Promise<void>[] = [];
  /** For each kind: it was listed, or it is optional and cannot be. */
  readonly #settled: Promise<unknown>[] = [];
  #isStopped = false;

  constructor(rest: RestClient) {
    this.#rest = rest;
    this.#served = new ServedKinds(rest);
  }

  /** Starts to watch a kind, in one namespace or in all. */
  watch(name: WatchedName, namespace: string | undefined, handler: ReflectorHandler<KubeObject>): void {
    const { group, version, kind } = RESOURCES[name];
    const unwatched = Promise.withResolvers<void>();
    const failed = (error: unknown): void => {
      if (isUnwatched(name, error)) unwatched.resolve();
      handler.failed(error);
    };
    const { project, labelSelector, isAddOn, isNeededBy } = watchedKind(name);
    const options = {
      cache: this.#cacheOf(name),
      path: collectionPath(RESOURCES[name], namespace),
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      project,
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    const createReflector = (): Reflector<KubeObject> => new Reflector(this.#rest, options, { ...handler, failed });
    if (isNeededBy !== undefined) {
      const isNeeded = (): Promise<boolean> => this.#isNeeded(isNeededBy);
      return this.#watchWhile(isNeeded, name, { createReflector, handler, unwatched: unwatched.promise });
    }
    if (isAddOn === true) {
      const isServed = (signal: AbortSignal): Promise<boolean> => this.#served.isServed(RESOURCES[name], signal);
      return this.#watchWhile(isServed, name, { createReflector, handler, unwatched: unwatched.promise });
    }
    const reflector = createReflector();
    if (this.#isStopped) reflector.stop();
    this.#reflectors.set(name, reflector);
    this.#settled.push(Promise.race([reflector.synced, unwatched.promise]));
    this.#runs.push(reflector.run());
  }

  /** Watches a kind for as long as something holds. */
  #watchWhile(
    isServed: (signal: AbortSignal) => Promise<boolean>,
    name: WatchedName,
    { createReflector, handler, unwatched }: Intermittent,
  ): void {
    const watch = new AddOnWatch({ cache: this.#cacheOf(name), handler, isServed, createReflector });
    if (this.#isStopped) watch.stop();
    this.#addOns.set(name, watch);
    this.#settled.push(Promise.race([watch.settled, unwatched]));
    this.#runs.push(watch.run());
  }

  /** Unknown until the Tunnels have been listed. */
  async #isNeeded(isNeededBy: (tunnel: Tunnel) => boolean): Promise<boolean> {
    await this.#reflectors.get('tunnels')?.synced;
    return this.of('tunnels').list().some(isNeededBy);
  }

  /** Whether a kind is needed may have changed. */
  reconsider(name: WatchedName): void {
    this.#addOns.get(name)?.lookNow();
  }

  /** Of every kind that is watched now. */
  #running(): readonly (readonly [WatchedName, Reflector<KubeObject>])[] {
    const addOns = [...this.#addOns].flatMap(([name, { reflector }]) =>
      reflector === undefined ? [] : [[name, reflector] as const],
    );
    return [...this.#reflectors, ...addOns];
  }

  #reflectorOf(name: WatchedName): Reflector<KubeObject> | undefined {
    return this.#reflectors.get(name) ?? this.#addOns.get(name)?.reflector;
  }

  /** Resolves when every kind has been listed once, except optional ones that cannot be listed. */
  async synced(): Promise<void> {
    await Promise.all(this.#settled);
  }

  /** Required kinds that are not known, with the reason: never listed yet, or not to be read now. */
  notReady(): readonly string[] {
    return this.#running().flatMap(([name, { isSynced, problem }]) => {
      if ((isSynced && !isRefusal(problem)) || isUnwatched(name, problem)) return [];
      return [`${name}: ${whyUnknown(problem)}`];
    });
  }

  /** Optional kinds that cannot be watched now, with the reason. */
  unwatched(): readonly string[] {
    return this.#running().flatMap(([name, { problem }]) =>
      isUnwatched(name, problem) ? [`${name}: ${whyUnknown(problem)}`] : [],
    );
  }

  /** Whether an optional kind cannot be watched now, so that its cache may be out of date. */
  isMissing(name: WatchedName): boolean {
    const reflector = this.#reflectorOf(name);
    return reflector === undefined ? watchedKind(name).isAddOn === true : isUnwatched(name, reflector.problem);
  }

  /**
   * Whether the objects of a kind have been listed once, so that one that is not in the cache does not exist. There are
   * none of a kind that is not installed.
   */
  hasListed(name: WatchedName): boolean {
    const reflector = this.#reflectorOf(name);
    return reflector === undefined ? watchedKind(name).isAddOn === true : reflector.isSynced;
  }

  /** Ends every watch. One that starts later ends at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const watch of [...this.#reflectors.values(), ...this.#addOns.values()]) watch.stop();
    await Promise.all(this.#runs);
  }

  /** The cache of a kind; empty until the kind is watched. */
  of<Name extends WatchedName>(name: Name): ObjectCache<Watched<Name>> {
    return this.#cacheOf(name) as unknown as ObjectCache<Watched<Name>>;
  }

  /** The cached object of the same kind and name; always `undefined` for kinds that are not watched. */
  find(object: KubeObject): KubeObject | undefined {
    return this.#caches.get(resourceOf(object).plural)?.get(keyOf(object));
  }

  /** Stores the answer to a write of our own. */
  learn(object: KubeObject): void {
    this.#reflectorOf(resourceOf(object).plural as WatchedName)?.learn(object);
  }

  #cacheOf(name: string): ObjectCache<KubeObject> {
    const cache = this.#caches.get(name) ?? new ObjectCache<KubeObject>();
    this.#caches.set(name, cache);
    return cache;
  }
}

/** What it takes to watch a kind for a while. */
interface Intermittent {
  readonly createReflector: () => Reflector<KubeObject>;
  readonly handler: ReflectorHandler<KubeObject>;
  /** Resolves when the kind turns out not to be readable. */
  readonly unwatched: Promise<void>;
}

/** Retrying alone does not help: the kind is not installed, or may not be read. */
function isRefusal(problem: unknown): boolean {
  return problem instanceof ApiError && [401, 403, 404].includes(problem.code);
}

/** Whether a kind is optional, and not installed or not to be listed. */
function isUnwatched(name: WatchedName, problem: unknown): boolean {
  return watchedKind(name).isOptional === true && problem instanceof ApiError && [403, 404].includes(problem.code);
}

/** For an unknown group the API server says only "404 page not found". */
export function whyUnknown(problem: unknown): string {
  if (problem instanceof ApiError && problem.code === 404) return 'the kind is not installed';
  return problem instanceof Error ? problem.message : 'being listed';
}

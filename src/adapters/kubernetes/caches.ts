import type { ConfigMap, Deployment, KubeObject, Namespace, Service, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ApiError } from './api-error.ts';
import { ObjectCache } from './object-cache.ts';
import { projectNamespace, projectService, withoutManagedFields } from './projections.ts';
import { Reflector, type ReflectorHandler } from './reflector.ts';
import { RESOURCES, resourceOf } from './resource.ts';
import type { RestClient } from './rest-client.ts';

/** The kinds that are watched, and what is kept of each. */
interface Watched {
  readonly tunnels: Tunnel;
  readonly services: Service;
  readonly namespaces: Namespace;
  readonly configmaps: ConfigMap;
  readonly deployments: Deployment;
  readonly serviceaccounts: KubeObject;
  readonly poddisruptionbudgets: KubeObject;
  readonly networkpolicies: KubeObject;
}
export type WatchedName = keyof Watched;

const PROJECTIONS: { readonly [Name in WatchedName]: (object: Watched[Name]) => Watched[Name] } = {
  tunnels: withoutManagedFields,
  services: projectService,
  namespaces: projectNamespace,
  configmaps: withoutManagedFields,
  deployments: withoutManagedFields,
  serviceaccounts: withoutManagedFields,
  poddisruptionbudgets: withoutManagedFields,
  networkpolicies: withoutManagedFields,
};

export interface WatchRequest extends ReflectorHandler<KubeObject> {
  readonly path: string;
  readonly labelSelector?: string;
}

/** Waiting does not help: the kind is not installed, or we may not read it. */
function isRefusal(problem: unknown): boolean {
  return problem instanceof ApiError && [401, 403, 404].includes(problem.code);
}

/** One reflector for each watched kind; they live until `stop`. */
export class Caches {
  readonly #rest: RestClient;
  readonly #caches = new Map<string, ObjectCache<KubeObject>>();
  readonly #reflectors = new Map<string, Reflector<KubeObject>>();
  readonly #runs: Promise<void>[] = [];
  #isStopped = false;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Begins to watch a kind. */
  watch(name: WatchedName, { path, labelSelector, ...handler }: WatchRequest): void {
    const { group, version, kind } = RESOURCES[name];
    const reflector = new Reflector<KubeObject>(
      this.#rest,
      this.#cacheOf(name),
      {
        path,
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
        project: PROJECTIONS[name] as (object: KubeObject) => KubeObject,
        ...(labelSelector === undefined ? {} : { labelSelector }),
      },
      handler,
    );
    if (this.#isStopped) reflector.stop();
    this.#reflectors.set(name, reflector);
    this.#runs.push(reflector.run());
  }

  /** Resolves when every kind has been listed once. */
  async synced(): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.synced));
  }

  /** What cannot be known at present, and why: kinds that were never listed, and those that we may not read. */
  obstacles(): readonly string[] {
    return [...this.#reflectors].flatMap(([name, { isSynced, problem }]) => {
      if (isSynced && !isRefusal(problem)) return [];
      return [`${name}: ${problem instanceof Error ? problem.message : 'being listed'}`];
    });
  }

  /** Ends every watch; one that is begun later ends at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const reflector of this.#reflectors.values()) reflector.stop();
    await Promise.all(this.#runs);
  }

  /** What is known of a kind; empty until it is watched. */
  of<Name extends WatchedName>(name: Name): ObjectCache<Watched[Name]> {
    return this.#cacheOf(name) as unknown as ObjectCache<Watched[Name]>;
  }

  /** The cached object of the same kind and name; `undefined` too for kinds that are not watched. */
  find(object: KubeObject): KubeObject | undefined {
    return this.#caches.get(resourceOf(object).plural)?.get(keyOf(object));
  }

  /** Takes in what a write of our own has answered. */
  learn(object: KubeObject): void {
    this.#reflectors.get(resourceOf(object).plural)?.learn(object);
  }

  #cacheOf(name: string): ObjectCache<KubeObject> {
    const cache = this.#caches.get(name) ?? new ObjectCache<KubeObject>();
    this.#caches.set(name, cache);
    return cache;
  }
}

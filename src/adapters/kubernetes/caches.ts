import type {
  ConfigMap,
  Deployment,
  EndpointSlice,
  KubeObject,
  Namespace,
  Service,
  Tunnel,
} from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ApiError } from './api-error.ts';
import { ObjectCache } from './object-cache.ts';
import { projectEndpointSlice, projectNamespace, projectService, withoutManagedFields } from './projections.ts';
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
  readonly endpointslices: EndpointSlice;
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
  endpointslices: projectEndpointSlice,
};

/** Without watching them we only see less: few Tunnels need one, which is then looked at live, or nothing is decided by it. */
const DISPENSABLE: ReadonlySet<string> = new Set<WatchedName>([
  'serviceaccounts',
  'poddisruptionbudgets',
  'networkpolicies',
  'endpointslices',
]);

export interface WatchRequest extends ReflectorHandler<KubeObject> {
  readonly path: string;
  readonly labelSelector?: string;
}

/** Waiting does not help: the kind is not installed, or we may not read it. */
function isRefusal(problem: unknown): boolean {
  return problem instanceof ApiError && [401, 403, 404].includes(problem.code);
}

/** A server that does not know a group of kinds says no more than "404 page not found". */
export function inWords(problem: unknown): string {
  if (problem instanceof ApiError && problem.code === 404) return 'the kind is not installed';
  return problem instanceof Error ? problem.message : 'being listed';
}

/** A kind that we do without: it is not installed, or not for us. */
function isDispensable(name: string, problem: unknown): boolean {
  return DISPENSABLE.has(name) && problem instanceof ApiError && [403, 404].includes(problem.code);
}

/** One reflector for each watched kind; they live until `stop`. */
export class Caches {
  readonly #rest: RestClient;
  readonly #caches = new Map<string, ObjectCache<KubeObject>>();
  readonly #reflectors = new Map<string, Reflector<KubeObject>>();
  readonly #runs: Promise<void>[] = [];
  /** One for each kind: it was listed, or is done without. */
  readonly #settled: Promise<unknown>[] = [];
  #isStopped = false;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Begins to watch a kind. */
  watch(name: WatchedName, { path, labelSelector, ...handler }: WatchRequest): void {
    const { group, version, kind } = RESOURCES[name];
    const dispensed = Promise.withResolvers<void>();
    const failed = (error: unknown): void => {
      if (isDispensable(name, error)) dispensed.resolve();
      handler.failed(error);
    };
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
      { ...handler, failed },
    );
    if (this.#isStopped) reflector.stop();
    this.#reflectors.set(name, reflector);
    this.#settled.push(Promise.race([reflector.synced, dispensed.promise]));
    this.#runs.push(reflector.run());
  }

  /** Resolves when every kind has been listed once, save those that we do without. */
  async synced(): Promise<void> {
    await Promise.all(this.#settled);
  }

  /** What cannot be known at present, and why: kinds that were never listed, and those that we may not read. */
  notReady(): readonly string[] {
    return [...this.#reflectors].flatMap(([name, { isSynced, problem }]) => {
      if ((isSynced && !isRefusal(problem)) || isDispensable(name, problem)) return [];
      return [`${name}: ${inWords(problem)}`];
    });
  }

  /** Kinds that we do without at present, and why. */
  unwatched(): readonly string[] {
    return [...this.#reflectors].flatMap(([name, { problem }]) =>
      isDispensable(name, problem) ? [`${name}: ${inWords(problem)}`] : [],
    );
  }

  /** Whether a kind is done without at present, so that what was known of it may be out of date. */
  isMissing(name: WatchedName): boolean {
    return isDispensable(name, this.#reflectors.get(name)?.problem);
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

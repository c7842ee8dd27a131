import {
  ALLOW_DELETE_ANNOTATION,
  API_VERSION,
  FIELD_MANAGER,
  FINALIZER,
  TUNNEL_DEFINITION,
  TUNNEL_KIND,
} from '../../api/names.ts';
import type { ConfigMap, KubeObject, Tunnel } from '../../api/objects.ts';
import { decodeRoutes } from '../../core/published-routes/routes-json.ts';
import { ownedNames } from '../../core/owned.ts';
import { hasFinalizer } from '../../core/finalizer.ts';
import type { Route } from '../../core/model/route.ts';
import { ConflictError, OperatorError } from '../../runtime/errors.ts';
import { ApiError } from './api-error.ts';
import { createLeaseLock } from './lease.ts';
import { listPages } from './list-watch.ts';
import { KubernetesObjects } from './objects.ts';
import { RESOURCES, type ResourceName, collectionPath, objectPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';
import { watchedKind } from './watched-kinds.ts';

export interface InstallationScope {
  /** The only namespace to read; `undefined`: all. */
  readonly namespace: string | undefined;
  /** Absent: only if all namespaces are read. */
  readonly servesGatewayApi?: boolean;
  /** `namespace` undefined: any, since it may be unknown where the operator ran. */
  readonly lease: { readonly namespace: string | undefined; readonly name: string };
}

/** Kinds of objects that have our finalizer beside Tunnels: those that routes come from, and those of Access. */
const SOURCES = [
  'accessservicetokens',
  'accesspolicies',
  'services',
  'ingresses',
  'gateways',
  'httproutes',
  'grpcroutes',
] as const;

const LEASE_TIMEOUT_MS = 4_000;

/** What the operator has installed in a cluster, for the commands that remove it. */
export class ClusterInstallation {
  readonly #rest: RestClient;
  readonly #scope: InstallationScope;
  readonly #objects: KubernetesObjects;
  readonly #signal: AbortSignal;

  constructor(rest: RestClient, scope: InstallationScope, signal: AbortSignal) {
    this.#rest = rest;
    this.#scope = scope;
    this.#signal = signal;
    this.#objects = new KubernetesObjects(rest, () => undefined);
  }

  async tunnels(): Promise<readonly Tunnel[]> {
    const type = { apiVersion: API_VERSION, kind: TUNNEL_KIND };
    const tunnels = await this.#list<Tunnel>('tunnels', () => true).catch(noneIfUnknown);
    return tunnels.map((tunnel) => ({ ...tunnel, ...type }));
  }

  async sourcesWithFinalizer(): Promise<readonly KubeObject[]> {
    const kinds = await Promise.all(SOURCES.map((name) => this.#withFinalizer(name)));
    return kinds.flat();
  }

  async setSpec(tunnel: Tunnel, spec: Partial<Tunnel['spec']>): Promise<void> {
    const { namespace, name } = tunnel.metadata;
    await this.#patch(objectPath(RESOURCES.tunnels, namespace, name), { spec }).catch(ignoreMissing);
  }

  remove(object: KubeObject): Promise<void> {
    return this.#objects.delete(object, 'Background', this.#signal);
  }

  async release(object: KubeObject): Promise<void> {
    const others = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await this.#objects.setFinalizers(object, others, this.#signal);
  }

  async publishedRoutes(tunnel: Tunnel): Promise<readonly Route[] | undefined> {
    const key = `${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`;
    return decodeRoutes(await this.#objects.get<ConfigMap>('configmaps', key, this.#signal));
  }

  async allowDefinitionDelete(): Promise<'allowed' | 'absent'> {
    const path = objectPath(RESOURCES.customresourcedefinitions, undefined, TUNNEL_DEFINITION);
    const patched = this.#patch(path, { metadata: { annotations: { [ALLOW_DELETE_ANNOTATION]: 'true' } } });
    return patched.then(() => 'allowed' as const).catch(absentIfMissing);
  }

  async heartbeat(): Promise<string | undefined> {
    const { namespace, name } = this.#scope.lease;
    const places = namespace === undefined ? await this.#leaseNamespaces() : [namespace];
    const leases = await Promise.all(
      places.map((place) => createLeaseLock(this.#rest, { namespace: place, name }, LEASE_TIMEOUT_MS).read()),
    );
    const held = leases.filter((lease) => lease !== undefined && lease.holder !== '');
    return held.length === 0 ? undefined : held.map((lease) => `${lease?.holder} ${lease?.renewedAt}`).join();
  }

  /** Searches the cluster or, if that is forbidden, the only namespace to read. */
  async #leaseNamespaces(): Promise<readonly string[]> {
    const { namespace } = this.#scope;
    return this.#leaseNamespacesIn(undefined).catch((error: unknown) => {
      if (namespace === undefined || !(error instanceof ApiError && error.code === 403)) throw error;
      return this.#leaseNamespacesIn(namespace);
    });
  }

  /** Selects by name, so that a Role can be limited to it. */
  async #leaseNamespacesIn(namespace: string | undefined): Promise<readonly string[]> {
    const path = collectionPath(RESOURCES.leases, namespace);
    const query = { fieldSelector: `metadata.name=${this.#scope.lease.name}` };
    const { items } = await this.#rest.json<{ readonly items: readonly KubeObject[] }>('GET', path, { query });
    return items.map(({ metadata }) => metadata.namespace ?? '').toSorted();
  }

  async #list<T extends KubeObject>(name: ResourceName, isSelected: (object: T) => boolean): Promise<readonly T[]> {
    const selected: T[] = [];
    const path = collectionPath(RESOURCES[name], this.#scope.namespace);
    for await (const { items } of listPages<T>(this.#rest, { path }, this.#signal))
      selected.push(...items.filter(isSelected));
    return selected;
  }

  async #withFinalizer(name: (typeof SOURCES)[number]): Promise<readonly KubeObject[]> {
    const { group, version, kind } = RESOURCES[name];
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const isAddOn = watchedKind(name).isAddOn === true;
    const { namespace, servesGatewayApi = namespace === undefined } = this.#scope;
    // An operator that does not serve it may not list its kinds.
    if (watchedKind(name).isOfGatewayApi === true && !servesGatewayApi) return [];
    const found = this.#list<KubeObject>(name, hasFinalizer);
    const held = await (isAddOn ? found.catch(noneIfUnknown) : found);
    return held.map((object) => ({ ...object, apiVersion, kind }));
  }

  async #patch(path: string, body: unknown): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const query = { fieldManager: FIELD_MANAGER };
    await this.#rest.json('PATCH', path, { body, contentType, query, signal: this.#signal });
  }
}

/** Returns a failure of the API as a sentence. Rethrows a bug. */
export async function attempt<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly problem: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof ApiError || error instanceof OperatorError || error instanceof ConflictError)
      return { problem: error.message };
    throw error;
  }
}

function noneIfUnknown(error: unknown): readonly never[] {
  ignoreMissing(error);
  return [];
}

function absentIfMissing(error: unknown): 'absent' {
  ignoreMissing(error);
  return 'absent';
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

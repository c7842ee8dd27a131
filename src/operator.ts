/**
 * The frame: what is watched, and what it wakes. Read `init` first.
 *
 * Extends the operator of `@dot-i/k8s-operator` for its life cycle (start → init → watchResource → stop) and its event
 * contract. Replaced, because they end the process, swallow errors or serve one event at a time: watch, finalizers,
 * status, URIs and stop. Events carry no work: each only wakes a key, and the key is worked on from what is observed.
 */
import type { OperatorLogger, ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import '@kubernetes/client-node'; // must be loaded before the CommonJS package that requires it
import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import { type Caches, type WatchedName, inWords } from './adapters/kubernetes/caches.ts';
import { type KubernetesObjects, OWNED_SELECTOR } from './adapters/kubernetes/objects.ts';
import { SERVICE_NAME_LABEL } from './adapters/kubernetes/projections.ts';
import type { ReadyEndpoints } from './adapters/kubernetes/ready-endpoints.ts';
import { RESOURCES, collectionPath } from './adapters/kubernetes/resource.ts';
import type { LastingProblems } from './adapters/telemetry/lasting-problems.ts';
import { LABEL_TUNNEL } from './api/names.ts';
import type { EndpointSlice, KubeObject, ObjectKey } from './api/objects.ts';
import { ROUTING_KEY, ROUTING_MAX_MS, ROUTING_QUIET_MS } from './controllers/routing/reconcile.ts';
import { sameJson } from './core/equal.ts';
import { keyOf } from './core/keys.ts';
import { sourceKey } from './core/model/source.ts';
import type { RouteSource } from './core/sources/source.ts';
import { concernsUs, isSameRequest } from './core/wake.ts';
import type { WorkQueue } from './runtime/work-queue.ts';
import { SOURCES } from './sources.ts';

// The package is CommonJS: its default import is module.exports, and the class is that object's `default`.
const { ResourceEventType, ResourceMetaImpl, default: BaseOperator } = (await import('@dot-i/k8s-operator')).default;

export interface OperatorParts {
  readonly kubeConfig: KubeConfig;
  readonly caches: Caches;
  readonly objects: KubernetesObjects;
  readonly queues: Readonly<Record<'tunnels' | 'services' | 'routing', WorkQueue>>;
  /** Services with a rule in a ConfigMap. */
  readonly servicesIn: (configMap: KubeObject) => Iterable<ObjectKey>;
  readonly endpoints: ReadyEndpoints;
  readonly watchNamespace: string | undefined;
  readonly logger: OperatorLogger;
  /** Told of watches that fail. */
  readonly problems: LastingProblems;
}

/** A Tunnel is often applied together with its Services: waiting for the routing table spares them a second rollout. */
export const REQUEST_QUIET_MS = ROUTING_QUIET_MS + 200;

/** A rolling Deployment changes its status many times a second; only where it has got to matters. */
const OWNED_QUIET_MS = 100;
const OWNED_MAX_MS = 1000;

const EVERYTHING = '';

/** Kinds of which we watch more than we own. */
const SELECTORS: Readonly<Record<string, string>> = {
  tunnels: EVERYTHING,
  ...Object.fromEntries(SOURCES.map(({ plural }) => [plural, EVERYTHING])),
  namespaces: EVERYTHING,
  endpointslices: SERVICE_NAME_LABEL,
};

/** An event of the frame, with the object in our own type, and what was known of it before. */
interface WatchEvent extends ResourceEvent {
  readonly observed: KubeObject;
  readonly previous: KubeObject | undefined;
}

export class TunnelOperator extends BaseOperator {
  readonly #parts: OperatorParts;

  constructor(parts: OperatorParts) {
    super(parts.logger);
    this.#parts = parts;
    this.kubeConfig = parts.kubeConfig;
  }

  protected override async init(): Promise<void> {
    const { watchNamespace: scope } = this.#parts;
    // A Tunnel wakes itself, and the routing table: it may let in, or shut out, any Service.
    await this.watchResource('cftunnel.io', 'v1alpha1', 'tunnels', this.#onTunnel, scope);
    // A source that is or was exposed wakes itself and the routing table; all others wake nobody.
    for (const { plural, source } of SOURCES) {
      const { group, version } = RESOURCES[plural];
      await this.watchResource(group, version, plural, (event) => this.#onSource(source, event), scope);
    }
    // The labels of a Namespace decide whether its Services may attach to a Tunnel elsewhere; in one namespace alone
    // there is no elsewhere, and no need for rights outside of it.
    if (scope === undefined) await this.watchResource('', 'v1', 'namespaces', this.#onNamespace);
    // What a Tunnel owns wakes the Tunnel: it is repaired when it drifts, and watched while it rolls. The ConfigMap
    // wakes its Services too: one whose rule has gone from it may lose its finalizer.
    await this.watchResource('', 'v1', 'configmaps', this.#onConfigMap, scope);
    await this.watchResource('apps', 'v1', 'deployments', this.#onOwned, scope);
    await this.watchResource('', 'v1', 'serviceaccounts', this.#onOwned, scope);
    await this.watchResource('policy', 'v1', 'poddisruptionbudgets', this.#onOwned, scope);
    await this.watchResource('networking.k8s.io', 'v1', 'networkpolicies', this.#onOwned, scope);
    // Whether a Service of ours has a ready pod is part of what it is told; who is ready, and where, wakes nobody.
    await this.watchResource('discovery.k8s.io', 'v1', 'endpointslices', this.#onEndpointSlice, scope);
  }

  readonly #onTunnel = async ({ observed: tunnel, previous, type }: WatchEvent): Promise<void> => {
    if (type === ResourceEventType.Modified && isSameRequest(previous, tunnel)) return;
    this.#parts.queues.tunnels.addSettled(keyOf(tunnel), REQUEST_QUIET_MS, ROUTING_MAX_MS);
    this.#wakeRouting();
  };

  async #onSource(source: RouteSource, { observed, previous, type }: WatchEvent): Promise<void> {
    const isOurs = (object: KubeObject): boolean => concernsUs(object) || source.requestsExposure(object);
    if (!isOurs(observed) && (previous === undefined || !isOurs(previous))) return;
    this.#parts.queues.services.add(sourceKey(source.kind, keyOf(observed)));
    if (type !== ResourceEventType.Modified || !isSameRequest(previous, observed)) this.#wakeRouting();
  }

  readonly #onNamespace = async ({ observed, previous }: WatchEvent): Promise<void> => {
    if (!sameJson(previous?.metadata.labels, observed.metadata.labels)) this.#wakeRouting();
  };

  readonly #onConfigMap = async (event: WatchEvent): Promise<void> => {
    const { servicesIn, queues } = this.#parts;
    const before = event.type === ResourceEventType.Deleted ? event.observed : event.previous;
    for (const service of before === undefined ? [] : servicesIn(before)) queues.services.add(service);
    await this.#onOwned(event);
  };

  readonly #onOwned = async ({ observed }: WatchEvent): Promise<void> => {
    const { namespace, labels } = observed.metadata;
    this.#parts.queues.tunnels.addSettled(`${namespace}/${labels?.[LABEL_TUNNEL]}`, OWNED_QUIET_MS, OWNED_MAX_MS);
  };

  readonly #onEndpointSlice = async ({ observed, previous, type }: WatchEvent): Promise<void> => {
    const { endpoints, caches, queues } = this.#parts;
    const [slice, before] = [observed as EndpointSlice, previous as EndpointSlice | undefined];
    const changed = type === ResourceEventType.Deleted ? endpoints.removed(slice) : endpoints.upserted(slice, before);
    for (const service of changed) if (concernsUs(caches.of('services').get(service))) queues.services.add(service);
  };

  #wakeRouting(): void {
    this.#parts.queues.routing.addSettled(ROUTING_KEY, ROUTING_QUIET_MS, ROUTING_MAX_MS);
  }

  /** Resolves when every kind that is needed has been listed once: before that nothing may be decided. */
  synced(): Promise<void> {
    return this.#parts.caches.synced();
  }

  /** Kinds that cannot be read at present, and why. */
  notReady(): readonly string[] {
    return this.#parts.caches.notReady();
  }

  /** Kinds that may not be read, and that few Tunnels need. */
  unwatched(): readonly string[] {
    return this.#parts.caches.unwatched();
  }

  override stop(): void {
    void this.#parts.caches.stop();
  }

  protected override getCustomResourceApiUri(
    group: string,
    version: string,
    plural: string,
    namespace?: string,
  ): string {
    return collectionPath({ group, version, plural, kind: '' }, namespace);
  }

  protected override async watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: WatchEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const emit = (type: ResourceEvent['type'], observed: KubeObject, previous?: KubeObject): void => {
      const object = observed as unknown as KubernetesObject;
      const meta = ResourceMetaImpl.createWithPlural(plural, object);
      onEvent({ meta, type, object, observed, previous }).catch((error: unknown) =>
        this.logger.error(`An event of ${meta.id} ${meta.name} could not be handled: ${String(error)}`),
      );
    };
    const { problems } = this.#parts;
    const labelSelector = SELECTORS[plural] ?? OWNED_SELECTOR;
    this.#parts.caches.watch(plural as WatchedName, {
      path: this.getCustomResourceApiUri(group, version, plural, namespace),
      ...(labelSelector === EVERYTHING ? {} : { labelSelector }),
      upserted: (object, previous) =>
        emit(previous === undefined ? ResourceEventType.Added : ResourceEventType.Modified, object, previous),
      removed: (object) => emit(ResourceEventType.Deleted, object),
      failed: (error) => problems.failed(plural, inWords(error), 'A watch failed and is tried again', { kind: plural }),
      recovered: () => problems.recovered(plural, 'A watch works again', { kind: plural }),
    });
  }

  /** Under optimistic lock: a lost race is thrown, never swallowed. */
  protected override async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    await this.#parts.objects.setFinalizers(referenceTo(meta), finalizers, AbortSignal.timeout(30_000));
  }

  protected override async patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    await this.#parts.objects.applyStatus(referenceTo(meta), status, AbortSignal.timeout(30_000));
    return meta;
  }

  protected override setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    return this.patchResourceStatus(meta, status);
  }
}

function referenceTo({ apiVersion, kind, name, namespace, resourceVersion }: ResourceMeta): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, resourceVersion, ...(namespace === undefined ? {} : { namespace }) },
  };
}

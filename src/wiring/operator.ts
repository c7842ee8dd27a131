/**
 * The frame: what is watched, and what it wakes. Read `init` first.
 *
 * Extends the operator of `@dot-i/k8s-operator` for its life cycle (start → init → watchResource → stop) and its event
 * contract. Replaced, because they end the process, swallow errors or serve one event at a time: watch, finalizers,
 * status and stop. Events carry no work: each only wakes a key, and the key is worked on from what is observed.
 */
import type { OperatorLogger, ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import '@kubernetes/client-node'; // must be loaded before the CommonJS package that requires it
import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import { type Caches, whyUnknown } from '../adapters/kubernetes/caches.ts';
import type { KubernetesObjects } from '../adapters/kubernetes/objects.ts';
import type { ReadyEndpoints } from '../adapters/kubernetes/ready-endpoints.ts';
import { leadsElsewhere, serviceOf } from '../adapters/kubernetes/service-endpoints.ts';
import { RESOURCES } from '../adapters/kubernetes/resource.ts';
import { type WatchedName, watchedKind } from '../adapters/kubernetes/watched-kinds.ts';
import type { LastingProblems } from '../adapters/telemetry/lasting-problems.ts';
import type { ListenerSet } from '../api/gateway-objects.ts';
import type { EndpointSlice, KubeObject, ObjectKey, Tunnel } from '../api/objects.ts';
import { followsNodes } from '../core/lan/tunnel-addresses.ts';
import type { RouteSource } from '../core/sources/source.ts';
import { concernsUs } from '../core/wake.ts';
import type { AccessObjects } from './access.ts';
import type { Gateways } from './gateways.ts';
import { SOURCES } from './sources.ts';
import type { Observed, WakeUps } from './wake-ups.ts';

// The package is CommonJS: its default import is module.exports, and the class is that object's `default`.
const { ResourceEventType, ResourceMetaImpl, default: BaseOperator } = (await import('@dot-i/k8s-operator')).default;

export interface OperatorParts {
  readonly kubeConfig: KubeConfig;
  readonly caches: Caches;
  readonly objects: KubernetesObjects;
  readonly wake: WakeUps;
  readonly gateways: Gateways;
  readonly access: AccessObjects;
  /** Services with a rule in a ConfigMap. */
  readonly servicesIn: (configMap: KubeObject) => Iterable<ObjectKey>;
  readonly endpoints: ReadyEndpoints;
  readonly watchNamespace: string | undefined;
  readonly servesGatewayApi: boolean;
  readonly logger: OperatorLogger;
  /** Told of watches that fail. */
  readonly problems: LastingProblems;
}

/** An event of the frame, with the object in our own type, before and after. */
interface WatchEvent extends ResourceEvent, Observed {}

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
    await this.#watch('tunnels', this.#onTunnel);
    await this.#watch('accesspolicies', this.#onAccessPolicy);
    await this.#watch('accessservicetokens', this.#onServiceToken);
    // A source that is or was exposed wakes itself and the routing table; all others wake nobody.
    for (const { plural, source } of SOURCES) await this.#watch(plural, this.#onSource(source));
    // The labels of a Namespace decide whether its Services may attach to a Tunnel elsewhere, and an annotation which
    // hostnames they may use. In one namespace alone there is no elsewhere, and no need for rights outside of it.
    if (scope === undefined) await this.#watch('namespaces', this.#onNamespace);
    // Names of the local network follow the nodes that a Tunnel selects. They belong to no namespace.
    if (scope === undefined) await this.#watch('nodes', async (event) => this.#parts.wake.nodeChanged(event));
    // A class decides which Ingresses are ours. It belongs to no namespace either.
    if (scope === undefined)
      await this.#watch('ingressclasses', async (event) => this.#parts.wake.relatedChanged('IngressClass', event));
    await this.#watch('gatewayclasses', this.#onGatewayClass);
    await this.#watch('listenersets', this.#onListenerSet);
    await this.#watch('backendtlspolicies', this.#onTlsPolicy);
    await this.#watch('referencegrants', this.#onGrant);
    // What a Tunnel owns wakes the Tunnel: it is repaired when it drifts, and watched while it rolls. The ConfigMap
    // wakes its Services too: one whose rule is gone may lose its finalizer.
    await this.#watch('configmaps', this.#onConfigMap);
    await this.#watch('deployments', this.#onOwned);
    await this.#watch('serviceaccounts', this.#onOwned);
    await this.#watch('poddisruptionbudgets', this.#onOwned);
    await this.#watch('networkpolicies', this.#onOwned);
    // The condition of a Service says whether it has a ready pod. Which pods are ready concerns only proxies.
    await this.#watch('endpointslices', this.#onEndpointSlice);
  }

  async #watch(name: WatchedName, onEvent: (event: WatchEvent) => Promise<void>): Promise<void> {
    const { watchNamespace: scope, servesGatewayApi } = this.#parts;
    const { isOfGatewayApi, isClusterScoped } = watchedKind(name);
    if (isOfGatewayApi === true && !servesGatewayApi) return;
    const { group, version, plural } = RESOURCES[name];
    await this.watchResource(group, version, plural, onEvent, isClusterScoped === true ? undefined : scope);
  }

  readonly #onTunnel = async (event: WatchEvent): Promise<void> => {
    const { wake, gateways, access, caches } = this.#parts;
    wake.tunnelChanged(event);
    const [before, after] = [event.before, event.after].map((one) => one !== undefined && followsNodes(one as Tunnel));
    if (before !== after) caches.reconsider('nodes');
    const tunnel = event.after ?? event.before;
    if (tunnel !== undefined) gateways.tunnelChanged(tunnel);
    access.tunnelChanged(event);
  };

  readonly #onServiceToken = async (event: WatchEvent): Promise<void> => this.#parts.access.tokenChanged(event);

  /** Routes depend on Gateways, and one of our class has a status of its own. */
  #onSource(source: RouteSource): (event: WatchEvent) => Promise<void> {
    return async (event) => {
      const { wake, gateways } = this.#parts;
      wake.sourceChanged(source, event);
      const object = event.after ?? event.before;
      if (object?.kind === 'Gateway') gateways.changed(object);
    };
  }

  readonly #onGatewayClass = async (event: WatchEvent): Promise<void> => {
    const { wake, gateways } = this.#parts;
    wake.relatedChanged('GatewayClass', event);
    const object = event.after ?? event.before;
    if (object !== undefined) gateways.changed(object);
  };

  readonly #onListenerSet = async (event: WatchEvent): Promise<void> => {
    const { wake, gateways } = this.#parts;
    wake.relatedChanged('ListenerSet', event);
    gateways.setChanged(event as { before: ListenerSet | undefined; after: ListenerSet | undefined });
  };

  readonly #onTlsPolicy = async (event: WatchEvent): Promise<void> => {
    const { wake, gateways } = this.#parts;
    wake.relatedChanged('BackendTLSPolicy', event);
    const policy = event.after ?? event.before;
    if (policy !== undefined) gateways.policyChanged(policy);
  };

  readonly #onGrant = async (): Promise<void> => {
    // A Tunnel may use AccessPolicies of another namespace, so this is not only about what requests have read.
    this.#parts.wake.routing();
    this.#parts.gateways.grantChanged();
  };

  /** Its status names the policy at Cloudflare, for which applications wait. */
  readonly #onAccessPolicy = async (event: WatchEvent): Promise<void> => {
    this.#parts.wake.accessPolicyChanged(event);
    this.#parts.access.policyChanged(event);
  };

  readonly #onNamespace = async (event: WatchEvent): Promise<void> => {
    this.#parts.wake.namespaceChanged(event);
    this.#parts.gateways.namespaceChanged();
  };

  readonly #onConfigMap = async (event: WatchEvent): Promise<void> => {
    const { servicesIn, wake } = this.#parts;
    wake.configMapChanged(event, event.before === undefined ? [] : servicesIn(event.before));
  };

  readonly #onOwned = async (event: WatchEvent): Promise<void> => this.#parts.wake.ownedChanged(event);

  readonly #onEndpointSlice = async ({ before, after }: WatchEvent): Promise<void> => {
    const { endpoints, caches, wake } = this.#parts;
    const [slice, previous] = [after as EndpointSlice | undefined, before as EndpointSlice | undefined];
    const services = new Set([previous, slice].flatMap((one) => (one === undefined ? [] : [serviceOf(one)])));
    if (leadsElsewhere(previous, slice)) for (const service of services) wake.endpointsChanged(service);
    const changed = slice === undefined ? previous && endpoints.removed(previous) : endpoints.upserted(slice, previous);
    if (changed === undefined) return;
    wake.services(changed.filter((service) => concernsUs(caches.of('services').get(service))));
    for (const service of changed) wake.dependentsOf('Service', service);
  };

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

  protected override async watchResource(
    _group: string,
    _version: string,
    plural: string,
    onEvent: (event: WatchEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const emit = (type: ResourceEvent['type'], before: KubeObject | undefined, after: KubeObject | undefined): void => {
      const object = (after ?? before) as unknown as KubernetesObject;
      const meta = ResourceMetaImpl.createWithPlural(plural, object);
      onEvent({ meta, type, object, before, after }).catch((error: unknown) =>
        this.logger.error(`An event of ${meta.id} ${meta.name} could not be handled: ${String(error)}`),
      );
    };
    const { problems, wake } = this.#parts;
    this.#parts.caches.watch(plural as WatchedName, namespace, {
      upserted: (object, previous) =>
        emit(previous === undefined ? ResourceEventType.Added : ResourceEventType.Modified, previous, object),
      removed: (object) => emit(ResourceEventType.Deleted, object, undefined),
      failed: (error) =>
        problems.failed(plural, 'A watch failed and is retried', { kind: plural, error: whyUnknown(error) }),
      recovered: () => {
        problems.recovered(plural, 'A watch works again', { kind: plural });
        // What could not be read may have been deleted meanwhile, and then no event says so.
        wake.routing();
      },
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

/**
 * Who wakes whom. Every event of a watch, and every result of a pass that gives another key something to do, is here
 * and nowhere else. An event carries no work: it wakes a key, and the key is reconciled from what is observed.
 *
 * | what happened                                   | routing | Tunnels            | Services           | CA pools |
 * |-------------------------------------------------|---------|--------------------|--------------------|----------|
 * | the spec or an annotation of a Tunnel changed   | yes     | itself             |                    |          |
 * | a Service of ours changed                       | yes (1) |                    | itself             |          |
 * | an object that a request depends on changed     | yes (1) |                    |                    |          |
 * | labels or hostnames of a Namespace changed      | yes     |                    |                    |          |
 * | a node came, went or changed (2)                | yes     |                    |                    |          |
 * | a ConfigMap changed                             |         | its owner          | those it had       |          |
 * | another owned object changed                    |         | its owner          |                    |          |
 * | a Service lost or got its last ready endpoint   |         |                    | itself             |          |
 * | pods of a Service came or went                  |         | whose proxies lead |                    |          |
 * |                                                 |         | to it              |                    |          |
 * | the routing table changed                       |         | with other routes  | with other results | new ones |
 * | an AccessPolicy changed                          |         | whose routes ask   |                    |          |
 * |                                                 |         | for it             |                    |          |
 * | certificates changed                            | yes     |                    |                    |          |
 * | a watch works again                             | yes     |                    |                    |          |
 * | the last finalizer that was awaited is set      | yes     |                    |                    |          |
 * | a Service lost our finalizer                    |         | those cleaned up   |                    |          |
 * | a pass changed what a Service reports           |         |                    | that one           |          |
 * | a record moved to another Tunnel                |         | its former holder  |                    |          |
 *
 * (1) not if only its status changed, unless the addresses in it did, or how Gateways of others take a route.
 * (2) its labels, whether it is ready, or its addresses. Watched only while a Tunnel takes the addresses of nodes.
 */
import type { CaPoolKey } from '../core/ca-pool/pool.ts';
import type { ListenerSet } from '../api/gateway-objects.ts';
import type { KubeObject, Node, ObjectKey } from '../api/objects.ts';
import { ALLOWED_HOSTNAMES_ANNOTATION, LABEL_TUNNEL } from '../api/names.ts';
import { ROUTING_KEY, ROUTING_MAX_MS, ROUTING_QUIET_MS } from '../controllers/routing/reconcile.ts';
import type { ServeTimes } from '../controllers/source/serve-times.ts';
import type { TunnelMemories } from '../controllers/tunnel/pass/memory.ts';
import { sameJson } from '../core/equal.ts';
import { keyOf } from '../core/keys.ts';
import { firstKeyOf, sourceKey } from '../core/model/source.ts';
import type { Sources } from '../controllers/source/sources.ts';
import { servicesTargetedBy } from '../core/sources/backend-tls-policies.ts';
import { acceptanceOfSet, gatewayNamedBySet } from '../core/sources/listener-sets.ts';
import type { RouteSource } from '../core/sources/source.ts';
import { addressesOf } from '../core/sources/addresses.ts';
import { acceptanceOf, parentsNamedBy } from '../core/sources/gateway-routes.ts';
import { concernsUs, isSameRequest } from '../core/wake.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';

export type Queues = Readonly<
  Record<'routing' | 'tunnels' | 'services' | 'caPools', Pick<WorkQueue, 'add' | 'addSettled'>>
>;

/** A Tunnel is often applied together with its Services: waiting for the routing table spares them a second rollout. */
const REQUEST_QUIET_MS = ROUTING_QUIET_MS + 200;

/** A rolling Deployment changes its status many times a second; only the latest counts. */
const OWNED_QUIET_MS = 100;
const OWNED_MAX_MS = 1000;

/** A rollout replaces several pods within a second; each change costs a write to every connector. */
const ENDPOINTS_QUIET_MS = 200;
const ENDPOINTS_MAX_MS = 1000;

/** An object as a watch shows it: before and after the event. */
export interface Observed {
  /** Absent: the object has just been created, or is seen for the first time. */
  readonly before: KubeObject | undefined;
  /** Absent: the object is gone. */
  readonly after: KubeObject | undefined;
}

export interface WakeUpParts {
  readonly sources: Pick<Sources, 'requestsExposure' | 'dependentsOf'>;
  /** Told of every request, to measure how long it takes. */
  readonly serveTimes: Pick<ServeTimes, 'requested' | 'withdrawn'>;
  /** Know to which Services the proxies of each Tunnel lead. */
  readonly memories: Pick<TunnelMemories, 'endpointsChanged'>;
  /** Tunnels with routes that ask for an AccessPolicy. */
  readonly tunnelsUsing: (policy: ObjectKey) => readonly ObjectKey[];
}

export class WakeUps {
  readonly #queues: Queues;
  readonly #sources: Pick<Sources, 'requestsExposure' | 'dependentsOf'>;
  readonly #serveTimes: Pick<ServeTimes, 'requested' | 'withdrawn'>;
  readonly #memories: Pick<TunnelMemories, 'endpointsChanged'>;
  readonly #tunnelsUsing: WakeUpParts['tunnelsUsing'];

  constructor(queues: Queues, { sources, serveTimes, memories, tunnelsUsing }: WakeUpParts) {
    this.#queues = queues;
    this.#sources = sources;
    this.#serveTimes = serveTimes;
    this.#memories = memories;
    this.#tunnelsUsing = tunnelsUsing;
  }

  // Events of watches.

  tunnelChanged({ before, after }: Observed): void {
    if (isUnchanged({ before, after })) return;
    const tunnel = after ?? before;
    if (tunnel !== undefined) this.tunnelsSoon([keyOf(tunnel)]);
    this.routing();
  }

  /** An object that neither is nor was exposed wakes nobody, unless a request depends on it. */
  sourceChanged(source: RouteSource, event: Observed): void {
    const { before, after } = event;
    const object = after ?? before;
    const isOurs = (one: KubeObject | undefined): boolean =>
      one !== undefined && (concernsUs(one) || this.#sources.requestsExposure({ source, object: one }));
    if (object === undefined || (!isOurs(before) && !isOurs(after))) return this.relatedChanged(source.kind, event);
    const key = sourceKey(source.kind, keyOf(object));
    this.services([key]);
    if (isUnchanged(event)) return;
    if (after !== undefined && this.#sources.requestsExposure({ source, object: after }))
      this.#serveTimes.requested(key);
    else this.#serveTimes.withdrawn(key);
    this.routing();
  }

  /** An object that requests of others may depend on. */
  relatedChanged(kind: string, event: Observed): void {
    const object = event.after ?? event.before;
    if (object === undefined || isUnchanged(event)) return;
    const both = [event.before, event.after];
    const addresses = both.flatMap(addressesOf).map((address) => ['Address', address] as const);
    const gateways = both
      .flatMap((one) => parentsNamedBy('Gateway', one))
      .map((key) => ['GatewayRoutes', key] as const);
    const parents = both
      .flatMap((one) => parentsNamedBy('ListenerSet', one))
      .map((key) => ['ListenerSetRoutes', key] as const);
    const sets = both.flatMap(setsReadFor).map((gateway) => ['ListenerSets', gateway] as const);
    const secured = both.flatMap(servicesTargetedBy).map((service) => ['BackendTlsPolicies', service] as const);
    const reads = [[kind, keyOf(object)] as const, ...addresses, ...gateways, ...parents, ...sets, ...secured];
    if (reads.some(([read, key]) => this.#sources.dependentsOf(read, key).length > 0)) this.routing();
  }

  /** Applications name the policy by the id that its status has. */
  accessPolicyChanged({ before, after }: Observed): void {
    const policy = after ?? before;
    if (policy !== undefined) this.tunnels(this.#tunnelsUsing(keyOf(policy)));
  }

  /** What an object shows without another request, such as whether a Service has a ready pod. */
  dependentsOf(kind: string, key: ObjectKey): void {
    this.services(this.#sources.dependentsOf(kind, key));
  }

  /** Pods of a Service have come or gone. */
  endpointsChanged(service: ObjectKey): void {
    for (const tunnel of this.#memories.endpointsChanged(service))
      this.#queues.tunnels.addSettled(tunnel, ENDPOINTS_QUIET_MS, ENDPOINTS_MAX_MS);
  }

  /** The labels of a Namespace decide which Tunnels admit its Services, and an annotation which hostnames they may use. */
  namespaceChanged({ before, after }: Observed): void {
    if (!sameJson(admissionOf(before), admissionOf(after ?? before))) this.routing();
  }

  /** The addresses of nodes are those of names of the local network. */
  nodeChanged({ before, after }: Observed): void {
    if (!sameJson(reachOf(before), reachOf(after))) this.routing();
  }

  /** `had`: Services with a rule in the ConfigMap before. One whose rule is gone from it may lose its finalizer. */
  configMapChanged(event: Observed, had: Iterable<ObjectKey>): void {
    this.services(had);
    this.ownedChanged(event);
  }

  ownedChanged({ before, after }: Observed): void {
    const { namespace, labels } = (after ?? before)?.metadata ?? {};
    this.#queues.tunnels.addSettled(`${namespace}/${labels?.[LABEL_TUNNEL]}`, OWNED_QUIET_MS, OWNED_MAX_MS);
  }

  // Results of passes.

  /** The table is rebuilt once a burst of changes is over. */
  readonly routing = (): void => {
    this.#queues.routing.addSettled(ROUTING_KEY, ROUTING_QUIET_MS, ROUTING_MAX_MS);
  };

  readonly routingNow = (): void => this.#queues.routing.add(ROUTING_KEY);

  readonly tunnels = (tunnels: Iterable<ObjectKey>): void => {
    for (const tunnel of tunnels) this.#queues.tunnels.add(tunnel);
  };

  /** In no hurry: more changes are likely to come. */
  readonly tunnelsSoon = (tunnels: Iterable<ObjectKey>): void => {
    for (const tunnel of tunnels) this.#queues.tunnels.addSettled(tunnel, REQUEST_QUIET_MS, ROUTING_MAX_MS);
  };

  readonly services = (services: Iterable<ObjectKey>): void => {
    for (const service of services) this.#queues.services.add(firstKeyOf(service));
  };

  readonly caPools = (references: Iterable<CaPoolKey>): void => {
    for (const reference of references) this.#queues.caPools.add(reference);
  };
}

/** The Gateway whose ListenerSets an object is one of. */
function setsReadFor(object: KubeObject | undefined): readonly ObjectKey[] {
  if (object?.kind !== 'ListenerSet') return [];
  const gateway = gatewayNamedBySet(object as ListenerSet);
  return gateway === undefined ? [] : [gateway];
}

function isUnchanged({ before, after }: Observed): boolean {
  if (before === undefined || after === undefined || !isSameRequest(before, after)) return false;
  return [addressesOf, acceptanceOf, acceptanceOfSet].every((of) => sameJson(of(before), of(after)));
}

/** What the routing table reads of a node. */
function reachOf(node: Node | undefined): unknown {
  const { labels, deletionTimestamp } = node?.metadata ?? {};
  return [labels, deletionTimestamp !== undefined, node?.status];
}

/** What the routing table reads of a Namespace. */
function admissionOf(namespace: KubeObject | undefined): unknown {
  const { labels = {}, annotations } = namespace?.metadata ?? {};
  return [labels, annotations?.[ALLOWED_HOSTNAMES_ANNOTATION]];
}

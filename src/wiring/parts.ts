import type { KubeConfig } from '@kubernetes/client-node';
import type { CloudflareSessions } from '../adapters/cloudflare/sessions.ts';
import { digest } from '../adapters/digest.ts';
import { Caches } from '../adapters/kubernetes/caches.ts';
import { type EventNote, type EventObserver, EventRecorder } from '../adapters/kubernetes/event-recorder.ts';
import type { ObjectCache } from '../adapters/kubernetes/object-cache.ts';
import { KubernetesObjects } from '../adapters/kubernetes/objects.ts';
import { ReadyEndpoints } from '../adapters/kubernetes/ready-endpoints.ts';
import { ServiceEndpoints } from '../adapters/kubernetes/service-endpoints.ts';
import type { RestClient } from '../adapters/kubernetes/rest-client.ts';
import { logChange } from '../adapters/telemetry/change-log.ts';
import { LastingProblems } from '../adapters/telemetry/lasting-problems.ts';
import type { Logger } from '../adapters/telemetry/logger.ts';
import { LEASE_NAME } from '../api/names.ts';
import type { GrpcRoute, HttpRoute } from '../api/gateway-routes.ts';
import type { KubeObject, ObjectKey, Service, Tunnel } from '../api/objects.ts';
import { SourceFinalizers } from '../controllers/source/finalizers.ts';
import { ServeTimes } from '../controllers/source/serve-times.ts';
import { Sources } from '../controllers/source/sources.ts';
import { TunnelMemories } from '../controllers/tunnel/pass/memory.ts';
import { Orphans } from '../controllers/tunnel/clean-up/orphans.ts';
import type { RouteRules } from '../core/ingress/validate.ts';
import type { Change } from '../core/model/change.ts';
import { indexAddresses } from '../core/sources/addresses.ts';
import { type ParentKind, type RoutesByParent, indexRoutes } from '../core/sources/gateway-routes.ts';
import { indexTlsPolicies } from '../core/sources/backend-tls-policies.ts';
import { indexSets } from '../core/sources/listener-sets.ts';
import type { Finders, RelatedObjects } from '../core/sources/related.ts';
import { type Clock, createClock } from '../runtime/clock.ts';
import type { PassObserver } from '../runtime/controller.ts';
import { Waits } from '../runtime/waits.ts';
import { SOURCES } from './sources.ts';
import { PARSERS } from './parsers.ts';
import { policiesOf } from '../core/protection/effective-access.ts';
import type { RoutingTable } from '../core/routing/table.ts';
import { State } from './state.ts';

/** The flags that the controllers go by. */
export interface Settings {
  /** Namespace of the operator itself. */
  readonly namespace: string;
  /** The only namespace that is watched; absent: all are. */
  readonly watchNamespace?: string | undefined;
  /** Absent: Gateways and their routes are watched. */
  readonly servesGatewayApi?: boolean;
  readonly driftIntervalMs: number;
  /** How many keys of one kind are reconciled at the same time. */
  readonly workers: number;
}

/** What the process hands in. */
export interface Environment {
  readonly options: Settings;
  /** Name of the cluster in tunnel names and DNS marks. */
  readonly cluster: string;
  readonly kubeConfig: KubeConfig;
  readonly rest: RestClient;
  readonly cloudflare: CloudflareSessions;
  /** HTTP proxy through which pods are reached; absent: directly. */
  readonly podProxy?: URL | undefined;
  readonly observer: PassObserver;
  readonly log: Logger;
  /** What the controllers wait by; real time by default. */
  readonly clock?: Clock;
  /** Called before every write; throws when another replica may write by now. */
  readonly assertLeading?: () => void;
  /** Called when something that somebody else had changed was repaired. */
  readonly driftRepaired?: (kind: 'record' | 'object') => void;
  /** Called when all that a source asks for is served, with the time since it asked. */
  readonly served?: (seconds: number) => void;
}

/** Events and log lines about objects. */
interface Recorder {
  readonly record: (object: KubeObject, note: EventNote, signal?: AbortSignal) => Promise<void>;
  readonly changed: (object: KubeObject, change: Change, signal: AbortSignal) => void;
  /** What concerns no object of the cluster is recorded on the operator's own Lease, as leader elections are. */
  readonly recordAboutOperator: (note: EventNote, signal?: AbortSignal) => Promise<void>;
}

/** What all controllers share. */
export type Parts = ReturnType<typeof createParts>;

export function createParts(environment: Environment) {
  const { rest, log, assertLeading, clock = createClock() } = environment;
  const caches = new Caches(rest);
  const writeListeners: ((object: KubeObject) => void)[] = [];
  const written = (object: KubeObject): void => {
    caches.learn(object);
    for (const listener of writeListeners) listener(object);
  };
  const objects = new KubernetesObjects(rest, written, assertLeading);
  const problems = new LastingProblems(log, clock);
  const recorder = createRecorder(environment, problems);
  const memories = new TunnelMemories(clock);
  const state = new State(caches, memories);
  const endpoints = new ReadyEndpoints(clock);
  const related = relatedIn(caches);
  const pods = new ServiceEndpoints(caches.of('services'), caches.of('endpointslices'));
  const sources = new Sources(
    SOURCES.map(({ plural, source }) => ({
      source,
      objects: caches.of(plural),
      isRead: () => caches.hasListed(plural),
    })),
    PARSERS,
    related,
  );
  const finalizers = new SourceFinalizers({
    sources,
    tunnels: caches.of('tunnels'),
    routing: () => state.routing(),
    published: () => state.published(),
  });
  const serveTimes = new ServeTimes({
    clock,
    observationOf: (tunnel) => state.observationOf(tunnel),
    served: (seconds) => environment.served?.(seconds),
  });
  const orphans = createOrphans(environment, { caches, clock, recorder });
  const unansweredMs = unansweredIn(caches, endpoints);
  return {
    environment,
    clock,
    caches,
    objects,
    /** Told of our own writes, which the watches do not announce. */
    writeListeners,
    problems,
    recorder,
    memories,
    state,
    related,
    sources,
    routeRules: routeRulesFor(sources),
    endpoints,
    pods,
    finalizers,
    serveTimes,
    orphans,
    unansweredMs,
    tunnelsUsing: (policy: ObjectKey) => tunnelsUsing(policy, state.table),
    now,
  };
}

function tunnelsUsing(policy: ObjectKey, table: RoutingTable | undefined): readonly ObjectKey[] {
  const published = [...(table?.published ?? [])];
  return published.filter(([, routes]) => policiesOf(routes).has(policy)).map(([tunnel]) => tunnel);
}

/** The objects that requests may depend on, as far as they are watched. */
function relatedIn(caches: Caches): RelatedObjects {
  const addresses = indexedOnDemand(caches.of('services'), indexAddresses);
  const routesOf = (kind: ParentKind) => routesIn(kind, caches.of('httproutes'), caches.of('grpcroutes'));
  const gatewayRoutes = routesOf('Gateway');
  const setRoutes = routesOf('ListenerSet');
  const tlsPolicies = indexedOnDemand(caches.of('backendtlspolicies'), indexTlsPolicies);
  const sets = indexedOnDemand(caches.of('listenersets'), indexSets);
  const finders: Finders = {
    Service: (key) => caches.of('services').get(key),
    IngressClass: (key) => caches.of('ingressclasses').get(key),
    Tunnel: (key) => caches.of('tunnels').get(key),
    Address: (key) => addresses().get(key),
    GatewayClass: (key) => caches.of('gatewayclasses').get(key),
    Gateway: (key) => caches.of('gateways').get(key),
    BackendTlsPolicies: (key) => tlsPolicies().get(key),
    ListenerSet: (key) => caches.of('listenersets').get(key),
    ListenerSets: (key) => sets().get(key),
    GatewayRoutes: (key) => gatewayRoutes().get(key),
    ListenerSetRoutes: (key) => setRoutes().get(key),
    ReferenceGrant: (key) => caches.of('referencegrants').get(key),
    Namespace: (key) => caches.of('namespaces').get(key),
  };
  return {
    get: (kind, key) => finders[kind](key),
    list: (_, namespace) =>
      caches
        .of('referencegrants')
        .list()
        .filter(({ metadata }) => metadata.namespace === namespace),
    isReadable: (kind) => kind !== 'IngressClass' || caches.hasListed('ingressclasses'),
  };
}

type Index<Value> = ReadonlyMap<string, Value>;

/** Indexed when it is asked for, and again after a change: few clusters ask, and most Services never matter. */
function indexedOnDemand<T extends KubeObject, Value>(
  objects: ObjectCache<T>,
  indexOf: (objects: readonly T[]) => Index<Value>,
): () => Index<Value> {
  let version = -1;
  let index: Index<Value> = new Map();
  return () => {
    if (objects.version !== version) index = indexOf(objects.list());
    version = objects.version;
    return index;
  };
}

/** The same for the routes of each parent, for which only Gateways of other controllers ask. */
function routesIn(kind: ParentKind, http: ObjectCache<HttpRoute>, grpc: ObjectCache<GrpcRoute>): () => RoutesByParent {
  let version = '';
  let index: RoutesByParent = new Map();
  return () => {
    const current = `${http.version} ${grpc.version}`;
    if (current !== version) index = indexRoutes(kind, [...http.list(), ...grpc.list()], index);
    version = current;
    return index;
  };
}

function routeRulesFor(sources: Sources): (tunnel: Tunnel | undefined) => RouteRules {
  return (tunnel) => ({
    patternProblem: PARSERS.patternProblem,
    isOwnOrigin: (route) => sources.isOwnOrigin(route, tunnel),
  });
}

function createRecorder({ rest, log, options, assertLeading }: Environment, problems: LastingProblems): Recorder {
  const events = new EventRecorder(rest, eventProblems(problems), assertLeading);
  const record: Recorder['record'] = (object, note, signal) => events.record(object, note, signal);
  return {
    record,
    changed: (object, change, signal) => {
      logChange(log, object, change);
      void record(object, { type: 'Normal', ...change }, signal);
    },
    recordAboutOperator: (note, signal) => record(leaseIn(options.namespace), note, signal),
  };
}

function createOrphans(
  { cluster, options, log }: Environment,
  { caches, clock, recorder }: { readonly caches: Caches; readonly clock: Clock; readonly recorder: Recorder },
): Orphans {
  return new Orphans({
    cluster,
    namespace: options.watchNamespace,
    tunnels: caches.of('tunnels'),
    hash: digest,
    everyMs: options.driftIntervalMs,
    since: new Waits(clock),
    report: (message) => {
      log.warn('Something was left behind at Cloudflare', { what: message });
      void recorder.recordAboutOperator({ type: 'Warning', reason: 'LeftBehind', message });
    },
  });
}

/** For how long a Service has had no ready endpoint; `undefined`: it has one, or it is not known. */
function unansweredIn(caches: Caches, endpoints: ReadyEndpoints): (service: ObjectKey) => number | undefined {
  return (service) =>
    caches.isMissing('endpointslices') || isExternal(caches.of('services').get(service))
      ? undefined
      : endpoints.unansweredMs(service);
}

/** Its name leads out of the cluster: slices that are left of another type say nothing. */
function isExternal(service: Service | undefined): boolean {
  return service?.spec.type === 'ExternalName';
}

function eventProblems(problems: LastingProblems): EventObserver {
  return {
    failed: (namespace, error) =>
      problems.failed(`events ${namespace}`, 'Events cannot be written', { namespace, error: error.message }),
    written: (namespace) => problems.recovered(`events ${namespace}`, 'Events are written again', { namespace }),
  };
}

function leaseIn(namespace: string): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: LEASE_NAME } };
}

/** RFC 3339, second precision, as Kubernetes writes it. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

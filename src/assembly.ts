/** Puts the controllers together: their contexts, their queues, and who wakes whom. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { CloudflareSessions } from './adapters/cloudflare/sessions.ts';
import { renderConfig } from './adapters/cloudflared/config-yaml.ts';
import { isCertificate } from './adapters/certificate.ts';
import { digest, fingerprint, newTunnelSecret } from './adapters/digest.ts';
import { Caches } from './adapters/kubernetes/caches.ts';
import { type EventNote, type EventObserver, EventRecorder } from './adapters/kubernetes/event-recorder.ts';
import { LiveLists } from './adapters/kubernetes/live-lists.ts';
import { patchManifest } from './adapters/kubernetes/json-patch.ts';
import { KubernetesObjects } from './adapters/kubernetes/objects.ts';
import { ReadyEndpoints } from './adapters/kubernetes/ready-endpoints.ts';
import type { RestClient } from './adapters/kubernetes/rest-client.ts';
import { logChange } from './adapters/telemetry/change-log.ts';
import { LastingProblems } from './adapters/telemetry/lasting-problems.ts';
import type { Logger } from './adapters/telemetry/logger.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret, Service, Tunnel } from './api/objects.ts';
import { reconcileCaPool } from './controllers/ca-pool/reconcile.ts';
import { ROUTING_KEY, ROUTING_MAX_MS, ROUTING_QUIET_MS, reconcileRouting } from './controllers/routing/reconcile.ts';
import { SourceFinalizers } from './controllers/source/finalizers.ts';
import { reconcileSource } from './controllers/source/reconcile.ts';
import { Sources } from './controllers/source/sources.ts';
import type { Access, LastPass } from './controllers/tunnel/context.ts';
import { Orphans } from './controllers/tunnel/orphans.ts';
import { AnswersByTunnel } from './controllers/tunnel/api-answers.ts';
import { reconcileTunnel } from './controllers/tunnel/reconcile.ts';
import { lastGoodOf, publishersOf } from './core/published-routes/by-tunnel.ts';
import { type RouteRules, checkRoutes } from './core/ingress/validate.ts';
import type { CaPoolKey } from './core/ca-pool/pool.ts';
import type { RoutingTable } from './core/routing/table.ts';
import type { ApiCredentials } from './core/tunnel/credentials.ts';
import type { Change } from './core/model/change.ts';
import type { SourceKey } from './core/model/source.ts';
import type { TunnelObservation } from './core/status/exposed.ts';
import type { TunnelFigures } from './core/status/figures.ts';
import { SOURCES } from './sources.ts';
import { REQUEST_QUIET_MS, TunnelOperator } from './operator.ts';
import type { Options } from './options.ts';
import { type Clock, createClock } from './runtime/clock.ts';
import { Controller, type Outcome, type Pass, type PassObserver } from './runtime/controller.ts';
import { Waits } from './runtime/waits.ts';
import { Progress } from './runtime/progress.ts';
import { Standstill } from './runtime/standstill.ts';
import { PARSERS, SharedState } from './shared-state.ts';

/** Name of the Lease by which a leader is elected. */
export const LEASE_NAME = 'cftunnel-operator';

/** Longest time that routes wait for the finalizers of Services that arrive in thousands. */
const FINALIZERS_TIMEOUT_MS = 60_000;

export interface Environment {
  readonly options: Options;
  /** Name of the cluster in tunnel names and DNS marks. */
  readonly cluster: string;
  readonly kubeConfig: KubeConfig;
  readonly rest: RestClient;
  readonly cloudflare: CloudflareSessions;
  readonly observer: PassObserver;
  readonly log: Logger;
  /** What the controllers wait by; real time by default. */
  readonly clock?: Clock;
  /** Asked before every write; throws when another replica may write by now. */
  readonly assertLeading?: () => void;
  /** Told of what somebody else had changed and was put right. */
  readonly driftRepaired?: (kind: 'record' | 'object') => void;
}

export interface Assembly {
  readonly operator: TunnelOperator;
  /** In the order in which they start; they stop in reverse. */
  readonly controllers: readonly Controller[];
  /** Makes the first routing table; to be called when the caches are filled, before the controllers start. */
  prime(): Promise<void>;
  /** For metrics. */
  readonly orphans: Pick<Orphans, 'count'>;
  /** How each Tunnel stands; nothing while another replica leads. */
  figures(): readonly TunnelFigures[];
}

export function assemble(environment: Environment): Assembly {
  const { options, rest, log, kubeConfig, clock = createClock() } = environment;
  const caches = new Caches(rest);
  const objects = new KubernetesObjects(rest, (object) => caches.learn(object), environment.assertLeading);
  const problems = new LastingProblems(log, clock);
  const events = new EventRecorder(rest, eventProblems(problems), environment.assertLeading);
  const shared = new SharedState(caches);
  const endpoints = new ReadyEndpoints(clock);
  const unansweredMs = (service: ObjectKey): number | undefined =>
    caches.isMissing('endpointslices') || isExternal(caches.of('services').get(service))
      ? undefined
      : endpoints.unansweredMs(service);
  const sources = new Sources(
    SOURCES.map(({ plural, source }) => ({ source, objects: caches.of(plural) })),
    PARSERS,
  );
  const routeRules: RouteRules = {
    patternProblem: PARSERS.patternProblem,
    isOwnOrigin: (route) => sources.isOwnOrigin(route),
  };
  const finalizers = new SourceFinalizers({
    sources,
    tunnels: caches.of('tunnels'),
    routing: () => shared.routing(),
    published: () => shared.published(),
  });
  const record = (object: KubeObject, note: EventNote, signal?: AbortSignal): Promise<void> =>
    events.record(object, note, signal);
  const recordAboutOperator = (note: EventNote, signal?: AbortSignal): Promise<void> =>
    record(leaseIn(options.namespace), note, signal);
  const changed = (object: KubeObject, change: Change, signal: AbortSignal): void => {
    logChange(log, object, change);
    void record(object, { type: 'Normal', ...change }, signal);
  };

  const controller = (name: string, reconcile: (key: string, pass: Pass) => Promise<Outcome>, concurrency: number) =>
    new Controller({ name, concurrency, reconcile, observer: environment.observer, clock });
  const routing = controller('routing', () => reconcileRouting(routingContext), 1);
  const tunnels = controller('tunnel', (key, pass) => reconcileTunnel(tunnelContext, key, pass), options.workers);
  const services = controller('service', (key, pass) => reconcileSource(sourceContext, key, pass), options.workers);
  const caPools = controller('ca-pool', (key, pass) => reconcileCaPool(caPoolContext, key, pass), 1);
  const wakeTunnels = (keys: readonly ObjectKey[]): void => keys.forEach((key) => tunnels.queue.add(key));
  const wakeTunnelsSoon = (keys: readonly ObjectKey[]): void =>
    keys.forEach((key) => tunnels.queue.addSettled(key, REQUEST_QUIET_MS, ROUTING_MAX_MS));
  const wakeSources = (keys: readonly SourceKey[]): void => keys.forEach((key) => services.queue.add(key));

  const routingChanged = (): void => routing.queue.addSettled(ROUTING_KEY, ROUTING_QUIET_MS, ROUTING_MAX_MS);

  const routingContext = {
    tunnels: caches.of('tunnels'),
    namespaces: caches.of('namespaces'),
    sources,
    lastGood: (source: SourceKey) =>
      lastGoodOf(source, shared.published(), (routes) => checkRoutes(routes, routeRules).good),
    caPool: (reference: CaPoolKey) => shared.caPools.get(reference),
    finalizerProgress: new Progress(FINALIZERS_TIMEOUT_MS, clock),
    finalizersPending: () => finalizers.pendingCount(),
    announceFinalizers: (withoutFinalizer: ReadonlySet<SourceKey>, areFinalizersPending: boolean) => {
      shared.areFinalizersPending = areFinalizersPending;
      wakeSources(finalizers.expect(withoutFinalizer));
    },
    current: () => shared.table,
    publish: (table: RoutingTable) => {
      shared.table = table;
    },
    wakeTunnels,
    wakeTunnelsSoon,
    wakeSources,
    wakeCaPools: (references: readonly CaPoolKey[]) => references.forEach((one) => caPools.queue.add(one)),
  };
  const orphans = new Orphans({
    cluster: environment.cluster,
    namespace: options.watchNamespace,
    tunnels: caches.of('tunnels'),
    hash: digest,
    everyMs: options.driftIntervalMs,
    since: new Waits(clock),
    tell: (message) => {
      log.warn('Something was left behind at Cloudflare', { what: message });
      void recordAboutOperator({ type: 'Warning', reason: 'LeftBehind', message });
    },
  });
  const tunnelContext = {
    cluster: environment.cluster,
    driftIntervalMs: options.driftIntervalMs,
    tunnels: caches.of('tunnels'),
    sources,
    configMaps: caches.of('configmaps'),
    deployments: caches.of('deployments'),
    cached: (manifest: KubeObject) => caches.find(manifest),
    answers: new AnswersByTunnel(),
    // Nothing is kept, and so there is nothing to forget: a pass reads each Secret once, and anew.
    secrets: {
      get: (key: ObjectKey, signal: AbortSignal) => objects.get<Secret>('secrets', key, signal),
      forget: () => undefined,
    },
    objects,
    lists: new LiveLists(objects),
    cloudflare: (credentials: ApiCredentials) => environment.cloudflare.open(credentials),
    lastAccess: new Map<ObjectKey, Access>(),
    waits: new Waits(clock),
    standstill: new Standstill(clock),
    unansweredMs,
    stableSince: new Waits(clock),
    orphans,
    foreignConnectors: shared.foreignConnectors,
    lastPass: new Map<ObjectKey, LastPass>(),
    cleanedUp: shared.cleanedUp,
    isCleanedUp: (tunnel: Tunnel) => shared.isCleanedUp(tunnel),
    releasable: () => finalizers.releasable(),
    routing: () => shared.routing(),
    unpublished: shared.unpublished,
    reroute: () => reconcileRouting(routingContext),
    areFinalizersPending: () => shared.areFinalizersPending,
    record,
    changed,
    recordAboutOperator,
    publishedRoutes: (configMap: ConfigMap) => shared.routesOf(configMap),
    publishersOf: (hostnames: readonly string[]) => publishersOf(hostnames, shared.published()),
    wakeTunnels,
    wasRecorded: (tunnel: ObjectKey, hostname: string) =>
      shared.observation.get(tunnel)?.recorded.has(hostname) === true,
    driftRepaired: (kind: 'record' | 'object') => environment.driftRepaired?.(kind),
    postObservation: (tunnel: ObjectKey, observation: TunnelObservation | undefined) =>
      shared.postObservation(tunnel, observation),
    newsOf: (tunnel: ObjectKey) => shared.observation.get(tunnel),
    wakeServices: wakeSources,
    routeRules,
    certificates: (wanted: string) => shared.certificates(wanted),
    fingerprint,
    renderConfig,
    patchManifest,
    hash: digest,
    newSecret: newTunnelSecret,
    now,
  };
  const sourceContext = {
    sources,
    objects,
    routing: () => shared.routing(),
    observationOf: (tunnel: ObjectKey) => shared.observation.get(tunnel),
    unansweredMs,
    publicationStateOf: (source: SourceKey) => finalizers.publicationStateOf(source),
    finalizerAdded: (source: SourceKey) =>
      finalizers.added(source) ? routing.queue.add(ROUTING_KEY) : routingChanged(),
    finalizerRemoved: () => wakeTunnels([...shared.cleanedUp.keys()]),
    record,
    waits: new Waits(clock),
    now,
  };
  const caPoolContext = {
    driftIntervalMs: options.driftIntervalMs,
    objects,
    isAsked: (reference: CaPoolKey) => shared.routing().caPools.has(reference),
    pools: shared.caPools,
    routingChanged,
    isCertificate,
    fingerprint,
  };
  const operator = new TunnelOperator({
    kubeConfig,
    caches,
    objects,
    queues: { tunnels: tunnels.queue, services: services.queue, routing: routing.queue },
    endpoints,
    servicesIn: (configMap) => shared.routesIn(configMap)?.keys() ?? [],
    watchNamespace: options.watchNamespace,
    logger: log,
    problems,
  });
  return {
    operator,
    controllers: [routing, caPools, tunnels, services],
    prime: async () => {
      await reconcileRouting(routingContext);
      routing.queue.addAfter(ROUTING_KEY, ROUTING_QUIET_MS);
    },
    orphans,
    figures: () => shared.figures(),
  };
}

function eventProblems(problems: LastingProblems): EventObserver {
  return {
    failed: (namespace, error) =>
      problems.failed(`events ${namespace}`, error.message, 'Events cannot be written', { namespace }),
    written: (namespace) => problems.recovered(`events ${namespace}`, 'Events are written again', { namespace }),
  };
}

/** What concerns no object of the cluster is told of the operator's own Lease, as leader elections are. */
function leaseIn(namespace: string): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: LEASE_NAME } };
}

/** Its name leads out of the cluster: slices that are left of another type say nothing. */
function isExternal(service: Service | undefined): boolean {
  return service?.spec.type === 'ExternalName';
}

/** RFC 3339, second precision, as Kubernetes writes it. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Puts the controllers together. Which event or result wakes which of them: `wake-ups.ts`. */
import { isCertificate } from '../adapters/certificate.ts';
import { fingerprint } from '../adapters/digest.ts';
import type { ObjectKey } from '../api/objects.ts';
import { reconcileCaPool } from '../controllers/ca-pool/reconcile.ts';
import type { CaPoolContext } from '../controllers/ca-pool/context.ts';
import {
  type RoutingContext,
  ROUTING_KEY,
  ROUTING_QUIET_MS,
  reconcileRouting,
} from '../controllers/routing/reconcile.ts';
import type { SourceContext } from '../controllers/source/context.ts';
import { reconcileSource } from '../controllers/source/reconcile.ts';
import type { Orphans } from '../controllers/tunnel/clean-up/orphans.ts';
import { reconcileTunnel } from '../controllers/tunnel/reconcile.ts';
import { type SourceKey, firstKeyOf } from '../core/model/source.ts';
import { lastGoodOf } from '../core/published-routes/by-tunnel.ts';
import { checkRoutes } from '../core/ingress/validate.ts';
import { unreadRequests } from '../core/published-routes/unread.ts';
import type { AccessFigure } from '../core/access/figures.ts';
import type { TunnelFigures } from '../core/status/figures.ts';
import type { RoutingTable } from '../core/routing/table.ts';
import { type SourceFigure, sourceFigures } from '../core/status/source-figures.ts';
import { AccessObjects } from './access.ts';
import { Gateways } from './gateways.ts';
import { TunnelOperator } from './operator.ts';
import { Controller, type Outcome, type Pass } from '../runtime/controller.ts';
import { Progress } from '../runtime/progress.ts';
import { Waits } from '../runtime/waits.ts';
import { type Environment, type Parts, createParts } from './parts.ts';
import { tunnelPorts } from './tunnel-ports.ts';
import { WakeUps } from './wake-ups.ts';

export interface Assembly {
  readonly operator: TunnelOperator;
  /** In the order in which they start; they stop in reverse. */
  readonly controllers: readonly Controller[];
  /** Builds the first routing table; to be called when the caches are filled, before the controllers start. */
  prime(): Promise<void>;
  /** For metrics. */
  readonly orphans: Pick<Orphans, 'count'>;
  /** The state of each Tunnel in numbers; empty while another replica leads. */
  figures(): readonly TunnelFigures[];
  /** AccessPolicies and AccessServiceTokens; empty while another replica leads. */
  accessFigures(): readonly AccessFigure[];
  /** What the sources report, in numbers; empty while another replica leads. */
  sourceFigures(): readonly SourceFigure[];
}

type Reconcile = (key: string, pass: Pass) => Promise<Outcome>;

export function assemble(environment: Environment): Assembly {
  const parts = createParts(environment);
  const { workers } = environment.options;
  const controller = (name: string, concurrency: number, reconcile: Reconcile): Controller =>
    new Controller({ name, concurrency, reconcile, observer: environment.observer, clock: parts.clock });
  const routing = controller('routing', 1, () => reroute());
  const tunnels = controller('tunnel', workers, (key, pass) => reconcileTunnel(tunnel, key, pass));
  const services = controller('service', workers, (key, pass) => reconcileSource(source, key, pass));
  const caPools = controller('ca-pool', 1, (key, pass) => reconcileCaPool(caPool, key, pass));
  const gatewayPasses = controller('gateway', workers, (key, pass) => gateways.reconcile(key, pass));
  const policies = controller('access-policy', workers, (key, pass) => access.reconcilePolicy(key, pass));
  const tokens = controller('access-service-token', workers, (key, pass) => access.reconcileToken(key, pass));

  const queues = { routing: routing.queue, tunnels: tunnels.queue, services: services.queue, caPools: caPools.queue };
  const wake = new WakeUps(queues, parts);
  const gateways = new Gateways(parts, gatewayPasses.queue, wake);
  const access = new AccessObjects(parts, { policies: policies.queue, tokens: tokens.queue }, wake);
  const context = routingContext(parts, wake, { gateways, access });
  const reroute = (): Promise<Outcome> => reconcileRouting(context);
  const tunnel = tunnelPorts(parts, wake, reroute);
  const source = sourceContext(parts, wake);
  const caPool = caPoolContext(parts, wake);
  return {
    operator: createOperator(parts, wake, { gateways, access }),
    controllers: [routing, caPools, tunnels, services, gatewayPasses, tokens, policies],
    prime: async () => {
      await reroute();
      routing.queue.addAfter(ROUTING_KEY, ROUTING_QUIET_MS);
    },
    orphans: parts.orphans,
    figures: () => parts.state.figures(),
    accessFigures: () => access.figures(),
    sourceFigures: () => sourceFigures(firstKeys(parts.state.table), (key) => parts.sources.conditionOf(key)),
  };
}

/** Kinds that have controllers of their own, and that depend on Tunnels and routes. */
interface Watchers {
  readonly gateways: Gateways;
  readonly access: AccessObjects;
}

/** The keys of the sources, each once, through however many Tunnels its routes go. */
function firstKeys(table: RoutingTable | undefined): Iterable<SourceKey> {
  return new Set([...(table?.results.keys() ?? [])].map(firstKeyOf));
}

/** Longest time that routes wait for the finalizers of Services that arrive in thousands. */
const FINALIZERS_TIMEOUT_MS = 60_000;

function routingContext(
  { caches, sources, related, state, finalizers, routeRules, serveTimes, clock }: Parts,
  wake: WakeUps,
  { gateways, access }: Watchers,
): RoutingContext {
  return {
    tunnels: caches.of('tunnels'),
    namespaces: caches.of('namespaces'),
    nodes: () => (caches.hasListed('nodes') && !caches.isMissing('nodes') ? caches.of('nodes').list() : undefined),
    sources,
    unread: () => unreadRequests(state.published(), (source) => sources.isUnread(source)),
    lastGood: (source) =>
      lastGoodOf(source, state.published(), (routes, tunnel) => {
        return checkRoutes(routes, routeRules(caches.of('tunnels').get(tunnel))).good;
      }),
    caPool: (reference) => state.caPools.get(reference),
    related,
    finalizerProgress: new Progress(FINALIZERS_TIMEOUT_MS, clock),
    finalizersPending: () => finalizers.pendingCount(),
    announceFinalizers: (withoutFinalizer, areFinalizersPending) => {
      state.areFinalizersPending = areFinalizersPending;
      wake.services(finalizers.expect(withoutFinalizer));
    },
    current: () => state.table,
    publish: (table) => {
      state.table = table;
      serveTimes.routed(table);
      gateways.routed(table);
      access.routed(table);
    },
    wakeTunnels: wake.tunnels,
    wakeTunnelsSoon: wake.tunnelsSoon,
    wakeSources: wake.services,
    wakeCaPools: wake.caPools,
  };
}

function sourceContext(parts: Parts, wake: WakeUps): SourceContext {
  const { caches, sources, objects, state, finalizers, memories, recorder, clock, unansweredMs, now } = parts;
  return {
    sources,
    objects,
    routing: () => state.routing(),
    observationOf: (tunnel: ObjectKey) => state.observationOf(tunnel),
    targetOf: (tunnel: ObjectKey) => caches.of('tunnels').get(tunnel)?.status?.target,
    unansweredMs,
    publicationStateOf: (source) => finalizers.publicationStateOf(source),
    finalizerAdded: (source) => (finalizers.added(source) ? wake.routingNow() : wake.routing()),
    finalizerRemoved: () => wake.tunnels(memories.cleanedUp()),
    record: recorder.record,
    waits: new Waits(clock),
    now,
  };
}

function caPoolContext({ environment, objects, state }: Parts, wake: WakeUps): CaPoolContext {
  return {
    driftIntervalMs: environment.options.driftIntervalMs,
    objects,
    isAsked: (reference) => state.routing().caPools.has(reference),
    pools: state.caPools,
    routingChanged: wake.routing,
    isCertificate,
    fingerprint,
  };
}

function createOperator(
  { environment, caches, objects, state, endpoints, problems }: Parts,
  wake: WakeUps,
  { gateways, access }: Watchers,
): TunnelOperator {
  return new TunnelOperator({
    kubeConfig: environment.kubeConfig,
    caches,
    objects,
    wake,
    gateways,
    access,
    endpoints,
    servicesIn: (configMap) => state.routesIn(configMap)?.keys() ?? [],
    watchNamespace: environment.options.watchNamespace,
    servesGatewayApi: environment.options.servesGatewayApi ?? true,
    logger: environment.log,
    problems,
  });
}

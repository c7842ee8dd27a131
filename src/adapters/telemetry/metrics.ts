import { getHeapStatistics } from 'node:v8';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { AccessFigure } from '../../core/access/figures.ts';
import type { TunnelFigures } from '../../core/status/figures.ts';
import type { SourceFigure } from '../../core/status/source-figures.ts';
import type { PassObserver } from '../../runtime/controller.ts';
import type { CallReport } from '../cloudflare/calls/transport.ts';
import { registerAccessGauges } from './access-metrics.ts';
import { type Described, describeMetrics } from './metric-list.ts';
import { registerHostnameGauges } from './hostname-metrics.ts';
import { registerScrapedGauge } from './scraped-gauge.ts';
import { registerTunnelGauges } from './tunnel-metrics.ts';

export interface Metrics extends PassObserver {
  /** In the Prometheus text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** The metrics of the operator itself, without those of Node.js. */
  describe(): readonly Described[];
  cloudflareCalled(call: CallReport): void;
  leading(isLeader: boolean): void;
  /** Something that somebody else had changed was restored. */
  driftRepaired(kind: DriftKind): void;
  /** All that a source asks for is served, this long after it asked. */
  served(seconds: number): void;
}

const DRIFT_KINDS = ['record', 'object'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** What is fixed, and values that are read at every scrape. */
export interface Sources {
  /** The release of the operator. */
  readonly version: string;
  /** At most so many hostnames have a sample of their own. */
  readonly hostnames: number;
  readonly queueDepths: () => ReadonlyMap<string, number>;
  /** Calls that each token has left. */
  readonly callsLeft: () => ReadonlyMap<string, number>;
  readonly tunnels: () => readonly TunnelFigures[];
  /** AccessPolicies and AccessServiceTokens. */
  readonly access: () => readonly AccessFigure[];
  /** The objects that ask to be exposed. */
  readonly exposed: () => readonly SourceFigure[];
  /** Objects that deleted Tunnels left behind at Cloudflare. */
  readonly orphans: (kind: OrphanKind) => number;
}

type OrphanKind = 'tunnel' | 'record';

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30];
const SERVE_BUCKETS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  registerGauges(registry, sources);
  let tunnels: readonly TunnelFigures[] = [];
  registerTunnelGauges(registry, () => tunnels);
  registerAccessGauges(registry, () => sources.access());
  registerHostnameGauges(registry, { tunnels: () => tunnels, limit: sources.hostnames });
  return {
    ended: observePasses(registry),
    cloudflareCalled: observeCalls(registry),
    ...observeEvents(registry),
    describe: () => describeMetrics(registry),
    render: async () => {
      // Read once for all metrics of a scrape: there may be thousands of hostnames.
      tunnels = sources.tunnels();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function observeEvents(registry: Registry): Pick<Metrics, 'leading' | 'driftRepaired' | 'served'> {
  const registers = [registry];
  const leader = new Gauge({ name: 'cftunnel_leader', help: '1 while this process leads', registers });
  const drift = new Counter({
    name: 'cftunnel_drift_repaired_total',
    help: 'Changes by others that were reverted, by kind: DNS records, and objects in the cluster',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of DRIFT_KINDS) drift.inc({ kind }, 0);
  const serveTimes = new Histogram({
    name: 'cftunnel_time_to_serve_seconds',
    help: 'Time from the event that shows a new hostname or path until its rule is with every connector and its record exists. Requests that wait for a person are not counted.',
    buckets: SERVE_BUCKETS,
    registers,
  });
  return {
    leading: (isLeader) => leader.set(isLeader ? 1 : 0),
    driftRepaired: (kind) => drift.inc({ kind }),
    served: (seconds) => serveTimes.observe(seconds),
  };
}

function observePasses(registry: Registry): Metrics['ended'] {
  const passes = new Counter({
    name: 'cftunnel_reconcile_total',
    help: 'Reconciliations, by controller and reason of the first failure (empty: success)',
    labelNames: ['controller', 'reason'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'cftunnel_reconcile_duration_seconds',
    help: 'Duration of a reconciliation',
    labelNames: ['controller'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ controller, seconds, failures }) => {
    passes.inc({ controller, reason: failures[0]?.reason ?? '' });
    durations.observe({ controller }, seconds);
  };
}

function observeCalls(registry: Registry): Metrics['cloudflareCalled'] {
  const calls = new Counter({
    name: 'cftunnel_cloudflare_requests_total',
    help: 'Calls of the Cloudflare API, by endpoint and HTTP status (0: no answer)',
    labelNames: ['endpoint', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'cftunnel_cloudflare_request_duration_seconds',
    help: 'Latency of the Cloudflare API',
    labelNames: ['endpoint'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ method, path, status, seconds }) => {
    const endpoint = endpointOf(method, path);
    calls.inc({ endpoint, status: String(status) });
    durations.observe({ endpoint }, seconds);
  };
}

function registerGauges(registry: Registry, { version, queueDepths, callsLeft, exposed, orphans }: Sources): void {
  registerScrapedGauge(registry, {
    name: 'cftunnel_build_info',
    help: 'Always 1. The release of the operator',
    labelNames: ['version'],
    samples: () => [[{ version }, 1]],
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_sources',
    help: 'Objects that ask to be exposed, by kind, and by status and reason of their condition cftunnel.io/Exposed',
    labelNames: ['kind', 'status', 'reason'],
    samples: () => exposed().map(({ count, ...labels }) => [labels, count]),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_queue_depth',
    help: 'Keys that are ready or being reconciled',
    labelNames: ['controller'],
    samples: () => [...queueDepths()].map(([controller, depth]) => [{ controller }, depth]),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_cloudflare_calls_left',
    help: 'Calls that a token has left in the current rate window, by digest of the token',
    labelNames: ['token'],
    samples: () => [...callsLeft()].map(([token, left]) => [{ token }, left]),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_orphans',
    help: 'Objects that deleted Tunnels of this cluster left behind at Cloudflare, by kind: tunnel, record',
    labelNames: ['kind'],
    samples: () => (['tunnel', 'record'] as const).map((kind) => [{ kind }, orphans(kind)]),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_heap_limit_bytes',
    help: 'Maximum heap size in bytes, from the memory limit of the container; the process exits when it is exceeded',
    labelNames: [],
    samples: () => [[{}, getHeapStatistics().heap_size_limit]],
  });
}

/** `GET /zones/:id/dns_records`: ids are replaced, so that the label has few values. */
export function endpointOf(method: string, path: string): string {
  const general = path.replace(/^\/client\/v4/, '').replaceAll(/\/[0-9a-f]{32}|\/[0-9a-f]{8}-[-0-9a-f]{27}/g, '/:id');
  return `${method} ${general}`;
}

import { getHeapStatistics } from 'node:v8';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { TunnelFigures } from '../../core/status/figures.ts';
import type { PassObserver } from '../../runtime/controller.ts';
import type { CallReport } from '../cloudflare/calls/transport.ts';
import { registerFigures } from './tunnel-metrics.ts';

export interface Metrics extends Pick<PassObserver, 'ended'> {
  /** The Prometheus text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
  cloudflareCalled(call: CallReport): void;
  leading(isLeader: boolean): void;
  /** Something that was in place and had been changed by somebody else was put right. */
  driftRepaired(kind: DriftKind): void;
}

export type DriftKind = 'record' | 'object';

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30];

/** Figures that are asked for at every scrape, by what they are of. */
export interface Sources {
  readonly queueDepths: () => ReadonlyMap<string, number>;
  /** Calls that each token has left. */
  readonly callsLeft: () => ReadonlyMap<string, number>;
  readonly tunnels: () => readonly TunnelFigures[];
  /** What is left at Cloudflare of Tunnels that are gone. */
  readonly orphans: (kind: OrphanKind) => number;
}

type OrphanKind = 'tunnel' | 'record';

export function createMetrics({ queueDepths, callsLeft, tunnels, orphans }: Sources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const registers = [registry];
  const passes = new Counter({
    name: 'cftunnel_reconcile_total',
    help: 'Passes over a key, by controller and by the reason of the first failure (empty: none)',
    labelNames: ['controller', 'reason'],
    registers,
  });
  const passSeconds = new Histogram({
    name: 'cftunnel_reconcile_duration_seconds',
    help: 'Duration of a pass over a key',
    labelNames: ['controller'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Counter({
    name: 'cftunnel_cloudflare_requests_total',
    help: 'Calls of the Cloudflare API, by endpoint and HTTP status (0: no answer)',
    labelNames: ['endpoint', 'status'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'cftunnel_cloudflare_request_duration_seconds',
    help: 'Latency of the Cloudflare API',
    labelNames: ['endpoint'],
    buckets: SECONDS,
    registers,
  });
  const leader = new Gauge({ name: 'cftunnel_leader', help: '1 while this process leads', registers });
  const queues = new Gauge({
    name: 'cftunnel_queue_depth',
    help: 'Keys that are ready or worked on',
    labelNames: ['controller'],
    registers,
    collect() {
      for (const [controller, depth] of queueDepths()) queues.set({ controller }, depth);
    },
  });
  const budgets = new Gauge({
    name: 'cftunnel_cloudflare_calls_left',
    help: 'Calls that a token has left in the present rate window; the token is named by its digest',
    labelNames: ['token'],
    registers,
    collect() {
      budgets.reset();
      for (const [token, left] of callsLeft()) budgets.set({ token }, left);
    },
  });
  const orphanCounts = new Gauge({
    name: 'cftunnel_orphans',
    help: 'What is left at Cloudflare of Tunnels of this cluster that are gone',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const kind of ['tunnel', 'record'] as const) orphanCounts.set({ kind }, orphans(kind));
    },
  });
  const drift = new Counter({
    name: 'cftunnel_drift_repaired_total',
    help: 'Changes by others that were reverted: DNS records, and objects in the cluster',
    labelNames: ['kind'],
    registers,
  });
  const heap = new Gauge({
    name: 'cftunnel_heap_limit_bytes',
    help: 'Maximum heap size in bytes, from the memory limit of the container; the process exits when it is exceeded',
    registers,
    collect() {
      heap.set(getHeapStatistics().heap_size_limit);
    },
  });
  registerFigures(registry, tunnels);
  return {
    ended(controller, _key, seconds, failures) {
      passes.inc({ controller, reason: failures[0]?.reason ?? '' });
      passSeconds.observe({ controller }, seconds);
    },
    cloudflareCalled({ method, path, status, seconds }) {
      const endpoint = endpointOf(method, path);
      calls.inc({ endpoint, status: String(status) });
      callSeconds.observe({ endpoint }, seconds);
    },
    driftRepaired(kind) {
      drift.inc({ kind });
    },
    leading(isLeader) {
      leader.set(isLeader ? 1 : 0);
    },
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

/** `GET /zones/:id/dns_records`: ids are taken out, so that the label has few values. */
export function endpointOf(method: string, path: string): string {
  const general = path.replace(/^\/client\/v4/, '').replaceAll(/\/[0-9a-f]{32}|\/[0-9a-f]{8}-[-0-9a-f]{27}/g, '/:id');
  return `${method} ${general}`;
}

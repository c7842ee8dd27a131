import type { PlanName } from 'cftunnel-sandbox/cloudflare/state/model';
import { type SourceName, sourceOf } from './sources/sources.ts';

/** The number of objects. */
export interface Size {
  readonly services: number;
  readonly tunnels: number;
  readonly zones: number;
  readonly plan: PlanName;
  /** Absent: `Local`. */
  readonly configMode?: 'Remote';
  /** What asks for the hostnames. Absent: Services. */
  readonly source?: SourceName;
}

/** The behaviour of Cloudflare's API. */
export interface NetworkProfile {
  readonly latencyMs: number;
  /** Share of the calls that fail: half are rejected with 503, half lose their response after the work was done. */
  readonly failureRate: number;
}

/** A world to measure in. */
export type BenchCase = Size & NetworkProfile;

/** No latency and no failures: counts and times are the operator's own. */
export const IDEAL: NetworkProfile = { latencyMs: 0, failureRate: 0 };

const SIZES: readonly Size[] = [
  { services: 50, tunnels: 1, zones: 1, plan: 'pro' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro' },
  { services: 1_000, tunnels: 1, zones: 5, plan: 'free' },
  { services: 10_000, tunnels: 10, zones: 3, plan: 'pro' },
  { services: 50, tunnels: 1, zones: 1, plan: 'pro', configMode: 'Remote' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro', configMode: 'Remote' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro', source: 'Ingress' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro', source: 'HTTPRoute' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro', source: 'Proxied' },
  { services: 1_000, tunnels: 1, zones: 1, plan: 'pro', source: 'Lan' },
  // An account has at most 500 applications.
  { services: 100, tunnels: 1, zones: 1, plan: 'pro', source: 'Protected' },
];

const NETWORK_PROFILES: readonly NetworkProfile[] = [
  IDEAL,
  { latencyMs: 100, failureRate: 0 },
  { latencyMs: 0, failureRate: 0.05 },
];

/** Every size with every network profile. */
export const MATRIX: readonly BenchCase[] = SIZES.flatMap((size) =>
  NETWORK_PROFILES.map((profile) => ({ ...size, ...profile })),
);

/** The capacity of one ConfigMap, and of one paid zone. */
const MOST_OF_ONE = 3_000;
const OF_EACH_TUNNEL = 1_000;

/** A number of Services on one Tunnel and one paid zone, or on as many as they need, with an ideal network. */
export function plainCase(services: number, kind: Pick<Size, 'configMode' | 'source'> = {}): BenchCase {
  const isLarge = services > MOST_OF_ONE;
  const tunnels = isLarge ? Math.ceil(services / OF_EACH_TUNNEL) : 1;
  return { services, tunnels, zones: Math.ceil(services / MOST_OF_ONE), plan: 'pro', ...kind, ...IDEAL };
}

/** Whether only the operator is measured. */
export function isIdeal({ latencyMs, failureRate }: NetworkProfile): boolean {
  return latencyMs === 0 && failureRate === 0;
}

/** A size in words: `1,000 Services, 1 Tunnel, 5 zones (free)`. */
export function titleOfSize(size: Size): string {
  const { services, tunnels, zones, plan, configMode } = size;
  const kind = configMode === undefined ? '' : `, ${configMode}`;
  return `${counted(services, ...sourceOf(size).nouns)}, ${counted(tunnels, 'Tunnel')}, ${counted(zones, 'zone')} (${plan})${kind}`;
}

/** A network profile in words: `as is`, `100 ms per call`, `5 % of calls fail`. */
export function titleOfNetworkProfile({ latencyMs, failureRate }: NetworkProfile): string {
  if (failureRate > 0) return `${failureRate * 100} % of calls fail`;
  return latencyMs > 0 ? `${latencyMs} ms per call` : 'as is';
}

/** The title of a case in reports, which `--only` searches. */
export function titleOf(benchCase: BenchCase): string {
  return `${titleOfSize(benchCase)}, ${titleOfNetworkProfile(benchCase)}`;
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

import { type BenchCase, isIdeal } from './case.ts';
import type { PhaseName } from './phases.ts';
import type { CaseResult } from './run.ts';
import {
  callsPerInterval,
  cloudflareCalls,
  cloudflareWrites,
  hasPhase,
  kubernetesWrites,
  measurementOf,
  peakRssMb,
  proxyKib,
  writesPerService,
} from './totals.ts';

/** The limit of one figure of a case. */
interface Budget {
  readonly what: string;
  /** The phases that the figure needs. */
  readonly of: readonly PhaseName[];
  readonly holdsIn: (benchCase: BenchCase) => boolean;
  readonly limit: (benchCase: BenchCase) => number;
  readonly actual: (result: CaseResult) => number;
}

/** A budget and the measured figure. */
export interface Verdict {
  readonly what: string;
  readonly benchCase: BenchCase;
  readonly spent: number;
  readonly allowed: number;
}

/** A count does not depend on the latency of the API, but a failed call has to be repeated. */
const whileCallsSucceed = ({ failureRate }: BenchCase): boolean => failureRate === 0;
const always = (): boolean => true;

/** The limits that a change must keep. */
const BUDGETS: readonly Budget[] = [
  {
    what: 'Cloudflare calls of a cold start',
    of: ['cold start'],
    holdsIn: whileCallsSucceed,
    limit: coldStartCalls,
    actual: (result) => cloudflareCalls(result, 'cold start'),
  },
  {
    what: 'Cloudflare calls per drift interval, nothing changed',
    of: ['idle'],
    holdsIn: whileCallsSucceed,
    // What Access has in the account: applications, policies and the organization.
    limit: (size) =>
      1 +
      (size.services > 1_000 ? size.tunnels * size.zones : size.zones) +
      ofRemote(size, size.tunnels) +
      ofAccess(size, 3),
    actual: callsPerInterval,
  },
  {
    what: 'writes of an idle operator, Cloudflare and Kubernetes',
    of: ['idle'],
    holdsIn: whileCallsSucceed,
    limit: () => 0,
    actual: (result) => cloudflareWrites(result, 'idle') + kubernetesWrites(result, 'idle'),
  },
  {
    what: 'Cloudflare calls when one hostname changes',
    of: ['one change'],
    holdsIn: whileCallsSucceed,
    // The rule of the new name, both records, and the end of the rule of the old name; an application comes and one goes.
    limit: (size) => 1 + ofRemote(size, 2) + ofAccess(size, 2),
    actual: (result) => cloudflareCalls(result, 'one change'),
  },
  {
    what: 'writes of a restart, Cloudflare and Kubernetes',
    of: ['restart'],
    holdsIn: whileCallsSucceed,
    limit: () => 0,
    actual: (result) => cloudflareWrites(result, 'restart') + kubernetesWrites(result, 'restart'),
  },
  {
    what: 'Kubernetes writes per Service, exposed and gone',
    of: ['cold start', 'mass delete'],
    holdsIn: (benchCase) => whileCallsSucceed(benchCase) && benchCase.services >= 50,
    // An application has an event when it comes and when it goes, and a Service that waits for it for long says so.
    limit: (size) => 5 + ofAccess(size, 4),
    actual: writesPerService,
  },
  {
    what: 'rollouts per Tunnel of a cold start',
    of: ['cold start'],
    holdsIn: whileCallsSucceed,
    limit: ({ configMode }) => (configMode === 'Remote' ? 1 : 2),
    actual: (result) => measurementOf(result, 'cold start').rollouts / result.benchCase.tunnels,
  },
  {
    what: 'MB of memory at the peak',
    of: ['cold start', 'mass delete'],
    holdsIn: isIdeal,
    // Of a proxied Service, the pods are known too.
    limit: ({ services, source }) => (source === 'Proxied' ? 130 : bySize(services, 90, 110, 170)),
    actual: peakRssMb,
  },
  {
    what: 'MB of memory after a restart',
    of: ['restart'],
    holdsIn: (benchCase) => isIdeal(benchCase) && benchCase.services <= 50,
    limit: () => 90,
    actual: (result) => measurementOf(result, 'restart').rssMb,
  },
  {
    what: 'seconds of a cold start',
    of: ['cold start'],
    // With proxies, it is the emulated node that takes most of the time.
    holdsIn: (benchCase) => isIdeal(benchCase) && benchCase.services <= 1_000 && benchCase.source !== 'Proxied',
    // One application is written after the other.
    limit: (size) => 10 + ofAccess(size, 10),
    actual: (result) => measurementOf(result, 'cold start').wallSeconds,
  },
  {
    // A ratio, because seconds differ between machines.
    what: 'times the CPU of a cold start for a restart',
    of: ['cold start', 'restart'],
    holdsIn: (benchCase) => isIdeal(benchCase) && benchCase.services <= 50,
    limit: () => 1,
    actual: restartCpu,
  },
  {
    what: 'Cloudflare calls when pods of a proxied Service change',
    of: ['endpoint change'],
    holdsIn: whileCallsSucceed,
    limit: () => 0,
    actual: (result) => cloudflareCalls(result, 'endpoint change'),
  },
  {
    what: 'Kubernetes writes when pods of a proxied Service change: the configuration, and each of two connectors',
    of: ['endpoint change'],
    holdsIn: whileCallsSucceed,
    limit: () => 3,
    actual: (result) => kubernetesWrites(result, 'endpoint change'),
  },
  {
    what: 'KiB of configuration for the proxy, of the 1,024 that a ConfigMap takes',
    of: ['cold start'],
    holdsIn: ({ source }) => source === 'Proxied',
    limit: () => 1_024,
    actual: proxyKib,
  },
  {
    what: 'phases that did not converge; duplicates, orphans and touched records',
    of: [],
    holdsIn: always,
    limit: () => 0,
    actual: ({ problems }) => problems.length,
  },
];

function restartCpu(result: CaseResult): number {
  const { cpuSeconds } = measurementOf(result, 'restart');
  return cpuSeconds === 0 ? 0 : cpuSeconds / measurementOf(result, 'cold start').cpuSeconds;
}

/** Each budget of each measured case, and the budgets for growth. */
export function judge(results: readonly CaseResult[]): readonly Verdict[] {
  return [...results.flatMap(judgeCase), ...judgeGrowth(results)];
}

/** Whether the figure is within its limit. */
export function isHeld({ spent, allowed }: Verdict): boolean {
  return spent <= allowed;
}

function judgeCase(result: CaseResult): readonly Verdict[] {
  const { benchCase } = result;
  return BUDGETS.filter(({ of, holdsIn }) => holdsIn(benchCase) && hasPhase(result, ...of)).map(
    ({ what, limit, actual }) => ({ what, benchCase, spent: actual(result), allowed: limit(benchCase) }),
  );
}

/** Ten times the Services may cost ten times as much, so that no step is quadratic. */
function judgeGrowth(results: readonly CaseResult[]): readonly Verdict[] {
  const [base, large] = [1_000, 10_000].map((services) =>
    results.find((one) => one.benchCase.services === services && isIdeal(one.benchCase) && hasPhase(one, 'cold start')),
  );
  if (base === undefined || large === undefined) return [];
  const growth = (figure: 'wallSeconds' | 'cpuSeconds'): number =>
    measurementOf(large, 'cold start')[figure] / measurementOf(base, 'cold start')[figure];
  const { benchCase } = large;
  return [
    { what: 'times the seconds of a cold start of 1,000', benchCase, spent: growth('wallSeconds'), allowed: 10 },
    { what: 'times the CPU of a cold start of 1,000', benchCase, spent: growth('cpuSeconds'), allowed: 10 },
  ];
}

function coldStartCalls(size: BenchCase): number {
  const { services, zones } = size;
  const calls = bySize(services, 6, zones === 1 ? 8 : 16, 40) + ofRemote(size, bySize(services, 1, 2, 2));
  // An application each, the policy, and a list of each kind, in pages.
  return calls + ofAccess(size, services + 1 + 2 * Math.ceil(services / ACCESS_PAGE) + 1);
}

const ACCESS_PAGE = 1_000;

/** What protected hostnames cost in addition. */
function ofAccess({ source }: BenchCase, calls: number): number {
  return source === 'Protected' ? calls : 0;
}

/** What rules at Cloudflare cost in addition. */
function ofRemote({ configMode }: BenchCase, calls: number): number {
  return configMode === 'Remote' ? calls : 0;
}

function bySize(services: number, upTo50: number, upTo1000: number, above: number): number {
  if (services <= 50) return upTo50;
  return services <= 1_000 ? upTo1000 : above;
}

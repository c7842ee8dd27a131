import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import { Activity } from './activity.ts';
import type { MeasuredOperator } from './operator.ts';
import type { OperatorPost } from './operator-post.ts';
import { type Phase, type PhaseName, QUIET_MS } from './phases.ts';
import type { Usage } from './usage.ts';
import type { BenchWorld } from './world.ts';

/** The cost of a phase. Counts come from the emulated servers, usage from the operating system. */
export interface Measurement {
  readonly phase: PhaseName;
  readonly cloudflareCalls: Readonly<Record<string, number>>;
  readonly kubernetesWrites: Readonly<Record<string, number>>;
  readonly configMapVersions: number;
  readonly rollouts: number;
  /** What the proxies of a Tunnel are told, at the most. */
  readonly proxyKib: number;
  /** Until the last call or write. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** For up to 10,000 Services. Larger cases have more time. */
const DEADLINE_MS = 300_000;
const DEPLOYMENTS = { group: 'apps', version: 'v1', plural: 'deployments' };
const NO_USAGE: Usage = { cpuSeconds: 0, rssMb: 0, peakRssMb: 0 };

/** Runs a phase and measures its cost, from its first action until the world is settled. */
export async function measure(world: BenchWorld, phase: Phase, post: OperatorPost): Promise<Measurement> {
  const { name, freshProcess, watchMs } = phase;
  if (freshProcess !== undefined) await post.vacate();
  const before = freshProcess === undefined ? post.operator.usage() : NO_USAGE;
  const counter = new Counter(world.sandbox);
  phase.act?.(world);
  if (freshProcess !== undefined) await post.fill(freshProcess);
  await untilSettled(world, phase, counter.activity);
  if (watchMs !== undefined) return { ...(await watchIdle(world, name, watchMs, post.operator)), ...proxyOf(world) };
  return { ...counter.read(name), ...proxyOf(world), ...spent(before, post.operator.usage()) };
}

function proxyOf(world: BenchWorld) {
  return { proxyKib: world.proxyBytes() / 1024 };
}

async function watchIdle(
  { sandbox }: BenchWorld,
  name: PhaseName,
  watchMs: number,
  operator: MeasuredOperator,
): Promise<Omit<Measurement, 'proxyKib'>> {
  const before = operator.usage();
  const counter = new Counter(sandbox);
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  return { ...counter.read(name), wallSeconds: watchMs / 1000, ...spent(before, operator.usage()) };
}

function untilSettled(world: BenchWorld, { quietMs = QUIET_MS }: Phase, activity: Activity): Promise<void> {
  const deadlineMs = DEADLINE_MS * Math.max(1, world.size.services / 10_000);
  return activity.untilRest(() => world.isSettled(), quietMs, deadlineMs);
}

function spent(before: Usage, after: Usage) {
  return { ...after, cpuSeconds: after.cpuSeconds - before.cpuSeconds };
}

/** Counts from its creation on. */
class Counter {
  readonly activity: Activity;
  readonly #sandbox: Sandbox;
  readonly #beganAt = performance.now();
  readonly #rolloutsBefore: number;

  constructor(sandbox: Sandbox) {
    sandbox.cloudflare.calls.clear();
    sandbox.kubernetes.calls.clear();
    this.#sandbox = sandbox;
    this.#rolloutsBefore = rolloutsOf(sandbox);
    this.activity = new Activity(sandbox);
  }

  read(phase: PhaseName) {
    const kubernetesWrites = writesOf(this.#sandbox);
    return {
      phase,
      cloudflareCalls: this.#sandbox.cloudflare.calls.byEndpoint(),
      kubernetesWrites,
      configMapVersions: kubernetesWrites['configmaps'] ?? 0,
      rollouts: rolloutsOf(this.#sandbox) - this.#rolloutsBefore,
      wallSeconds: (this.activity.lastAt - this.#beganAt) / 1000,
    };
  }
}

/** The operator's own writes by resource, without the Lease, which is renewed periodically. */
function writesOf(sandbox: Sandbox): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const ours = sandbox.kubernetes.calls.writes(
    (target, call) => call.userAgent.startsWith('cftunnel-operator') && target.resource !== 'leases',
  );
  for (const { target } of ours) {
    const name = target.subresource === '' ? target.resource : `${target.resource}/${target.subresource}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** A Deployment's revision grows with every rollout. */
function rolloutsOf(sandbox: Sandbox): number {
  return sandbox.kubernetes.api
    .list(DEPLOYMENTS)
    .map(({ metadata }) => Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0))
    .reduce((sum, revision) => sum + revision, 0);
}

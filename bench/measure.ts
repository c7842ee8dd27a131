import type { Sandbox } from '../sandbox/sandbox.ts';
import type { MeasuredOperator, Usage } from './operator.ts';

/** What one phase cost. Counts come from the emulated servers, usage from the operating system. */
export interface Measurement {
  readonly phase: string;
  readonly services: number;
  readonly cloudflareCalls: Readonly<Record<string, number>>;
  readonly kubernetesWrites: Readonly<Record<string, number>>;
  readonly configMapVersions: number;
  readonly rollouts: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

const DEPLOYMENTS = { group: 'apps', version: 'v1', plural: 'deployments' };
const NO_USAGE: Usage = { cpuSeconds: 0, rssMb: 0, peakRssMb: 0 };

/** Runs one phase and counts what it cost, from its first action until `isDone` says so. */
export async function measure(
  sandbox: Sandbox,
  operator: () => MeasuredOperator | undefined,
  phase: { readonly name: string; readonly services: number; readonly isFreshProcess?: boolean },
  act: () => Promise<void>,
  isDone: () => boolean,
): Promise<Measurement> {
  sandbox.cloudflare.calls.clear();
  sandbox.kubernetes.calls.clear();
  const revisionBefore = revisionOf(sandbox);
  const before = phase.isFreshProcess === true ? NO_USAGE : (operator()?.usage() ?? NO_USAGE);
  const beganAt = performance.now();
  await act();
  await until(isDone, `${phase.name} with ${phase.services} Services`);
  const wallSeconds = (performance.now() - beganAt) / 1000;
  const after = operator()?.usage() ?? NO_USAGE;
  const writes = writesOf(sandbox);
  return {
    phase: phase.name,
    services: phase.services,
    cloudflareCalls: sandbox.cloudflare.calls.byEndpoint(),
    kubernetesWrites: writes,
    configMapVersions: writes['configmaps'] ?? 0,
    rollouts: revisionOf(sandbox) - revisionBefore,
    wallSeconds,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    rssMb: after.rssMb,
    peakRssMb: after.peakRssMb,
  };
}

/** The operator's own writes by resource; the lease is left out, since it is written by the clock. */
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
function revisionOf(sandbox: Sandbox): number {
  const [deployment] = sandbox.kubernetes.api.list(DEPLOYMENTS, 'bench');
  return Number(deployment?.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

async function until(isDone: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 180_000;
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error(`not done within 180 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

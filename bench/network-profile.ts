import type { Faults } from 'cftunnel-sandbox/cloudflare/http/faults';
import type { Fault } from 'cftunnel-sandbox/faults';
import type { NetworkProfile } from './case.ts';

/** Makes the same calls fail in every run, as far as their order is the same. */
const SEED = 7;

/** A network profile in effect. */
export interface AppliedNetworkProfile {
  /** The number of calls that have failed. */
  failed(): number;
}

/** Gives Cloudflare's API the latency and failures of the profile. */
export function applyNetworkProfile(faults: Faults, { latencyMs, failureRate }: NetworkProfile): AppliedNetworkProfile {
  faults.seed(SEED);
  const failures = failureRate > 0 ? addFailures(faults, failureRate) : [];
  if (latencyMs > 0) faults.add({ effect: { kind: 'delay', ms: latencyMs } });
  return { failed: () => failures.reduce((sum, fault) => sum + fault.fired(), 0) };
}

function addFailures(faults: Faults, rate: number): readonly Fault[] {
  return [
    faults.add({ probability: rate / 2, effect: { kind: 'reply', status: 503 } }),
    faults.add({ probability: rate / 2, effect: { kind: 'drop-after' } }),
  ];
}

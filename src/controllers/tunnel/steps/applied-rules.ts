/** Observes whether the connectors run the rules that were written to Cloudflare. */
import type { Deployment } from '../../../api/objects.ts';
import { type AppliedRules, appliedByConnectors, appliedByPods } from '../../../core/remote-config/applied.ts';
import { rolloutState } from '../../../core/tunnel/rollout.ts';
import type { Access, Cache } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { type PodVersionsPort, readPodVersions } from './pod-versions.ts';

export interface AppliedRulesPort extends PodVersionsPort {
  readonly deployments: Cache<Deployment>;
}

export interface ObservedRules extends AppliedRules {
  /** The connectors have had ample time. */
  readonly isLate: boolean;
}

interface Expected {
  readonly version: number;
  /** Connectors that are connected, as the Deployment counts them. */
  readonly readyReplicas: number;
  readonly tunnelId: string;
  readonly access: Access | undefined;
}

/** How old Cloudflare's list of connectors may be while a new version is waited for. */
const CONNECTORS_MAX_AGE_MS = 2_000;

/** A configuration reaches the connectors within a second. */
const LATE_MS = 10_000;

/** Since when a version has been waited for. */
const WAIT = 'rules applied';

/** Asks the pods themselves, which costs no call to Cloudflare, and only while something may have changed. */
export async function observeApplied(
  port: AppliedRulesPort,
  pass: TunnelPass,
  expected: Expected,
): Promise<ObservedRules> {
  const { memory } = pass;
  const state = rolloutState(port.deployments.get(pass.workload), String(expected.version));
  if (memory.appliedIn === state) return { isApplied: true, behind: [], isLate: false };
  const applied = await askPods(port, pass, expected);
  if (applied.isApplied) {
    memory.appliedIn = state;
    memory.waits.end(WAIT);
    return { ...applied, isLate: false };
  }
  return { ...applied, isLate: memory.waits.startOrContinue(WAIT) >= LATE_MS };
}

async function askPods(port: AppliedRulesPort, pass: TunnelPass, expected: Expected): Promise<AppliedRules> {
  const versions = await readPodVersions(port, pass);
  const isKnown = versions.length > 0 && versions.every(({ version }) => version !== undefined);
  const byPods = appliedByPods(expected.version, versions);
  return isKnown || expected.readyReplicas === 0 ? byPods : ((await askCloudflare(pass, expected)) ?? byPods);
}

async function askCloudflare(
  { signal }: TunnelPass,
  { version, readyReplicas, tunnelId, access }: Expected,
): Promise<AppliedRules | undefined> {
  const connected = await access?.cloudflare.connectors(access.accountId, tunnelId, CONNECTORS_MAX_AGE_MS, signal);
  return connected && appliedByConnectors(version, connected, readyReplicas);
}

import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { SETTLE_MS } from '../../core/tunnel/rollout.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import { type FinalizePort, finalizeTunnel } from './clean-up/finalize.ts';
import { retainOwned } from './owned/retain.ts';
import { type StatusPort, describePass, describeSuspended } from './status/describe.ts';
import { type LastPassPort, SECRET_POLL_MS, rememberPass, waitsForBackoff } from './pass/last-pass.ts';
import type { TunnelMemories } from './pass/memory.ts';
import type { Orphans } from './clean-up/orphans.ts';
import type { Cache, Objects } from './pass/ports.ts';
import { runTunnelSteps } from './run-steps.ts';
import type { Facts, StepPorts } from './sequence/facts.ts';
import { type PassPort, type TunnelPass, beginPass } from './pass/tunnel-pass.ts';

/** Everything that the controller needs: the ports of its parts, and its own. */
export interface TunnelPorts {
  readonly pass: PassPort;
  readonly steps: StepPorts;
  readonly status: StatusPort;
  readonly lastPass: LastPassPort;
  readonly cleanUp: FinalizePort;
  readonly own: TunnelControllerPort;
}

export interface TunnelControllerPort {
  readonly tunnels: Cache<Tunnel>;
  readonly objects: Pick<Objects, 'setFinalizers'>;
  readonly memories: Pick<TunnelMemories, 'forget'>;
  readonly orphans: Pick<Orphans, 'saw'>;
  /** Services are just being given their finalizers: more routes are about to come. */
  readonly areFinalizersPending: () => boolean;
  /** Tunnels that publish a rule for any of the names. */
  readonly publishersOf: (hostnames: readonly string[]) => readonly ObjectKey[];
  /** Services that still carry our finalizer although nothing of them is published. */
  readonly releasable: () => readonly ObjectKey[];
  readonly wakeTunnels: (tunnels: readonly ObjectKey[]) => void;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
}

/** A new Tunnel waits for Services that arrive with it, so that its connectors start once, with all the rules. */
const FINALIZERS_RECHECK_MS = 300;

/** Cloudflare sends rules to the connectors within a fraction of a second, and nothing announces that they have them. */
const APPLIED_RECHECK_MS = 250;

/** Brings one Tunnel to its spec. Safe at any time, any number of times, after any crash. */
export async function reconcileTunnel(ports: TunnelPorts, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const tunnel = ports.own.tunnels.get(key);
  if (tunnel === undefined) return forget(ports, key);
  ports.own.orphans.saw(key);
  const current = beginPass(ports.pass, tunnel, pass);
  if (tunnel.metadata.deletionTimestamp !== undefined) return finalizeTunnel(ports.cleanUp, current);
  if (tunnel.spec.suspend === true) return suspend(ports, current);
  const isNew = tunnel.status?.config?.hash === undefined;
  if (isNew && ports.own.areFinalizersPending()) return { recheckAfterMs: FINALIZERS_RECHECK_MS };
  const waiting = await waitsForBackoff(ports.lastPass, current);
  if (waiting !== undefined) return { recheckAfterMs: SECRET_POLL_MS, failures: waiting.failures };
  if (!(await ensureFinalizer(ports.own, current))) return {};
  return carryOut(ports, current);
}

/** Protects the objects first: whoever reads that the Tunnel is suspended may delete it. */
async function suspend({ steps, status }: TunnelPorts, pass: TunnelPass): Promise<Outcome> {
  const { stages } = pass;
  await stages.run('ConnectorsReady', () => retainOwned(steps.connectors, pass));
  const { failures } = stages;
  if (!failures.some(({ disposition }) => disposition === 'retry'))
    await describeSuspended(status, pass, failures[0]?.message);
  return { failures };
}

async function carryOut(ports: TunnelPorts, pass: TunnelPass): Promise<Outcome> {
  const facts = await runTunnelSteps(ports.steps, pass);
  await describePass(ports.status, pass, facts);
  wakeFormerHolders(ports.own, pass.key, facts);
  await rememberPass(ports.lastPass, pass, facts.records?.isForbidden);
  // Rules that waited for a deletion change in the next pass, which waits for no back-off.
  const { lastPass } = pass.memory;
  if (hasRetired(facts) && lastPass !== undefined) pass.memory.lastPass = { ...lastPass, inputs: [] };
  return { recheckAfterMs: recheckMs(pass, facts), failures: pass.stages.failures };
}

/** Whether this pass has deleted records or applications that nothing needs any more. */
function hasRetired({ records, retired }: Partial<Facts>): boolean {
  return records?.hasRetired === true || retired?.hasDeleted === true;
}

function recheckMs({ driftIntervalMs }: TunnelPass, facts: Partial<Facts>): number {
  const { connectors, rotation, applied, config, proxy } = facts;
  if (hasRetired(facts)) return 0;
  if (proxy?.isRetiring === true && applied?.isApplied === true) return 0;
  const arePushed = config?.remote !== undefined && connectors?.rollout.ready !== 0;
  if (arePushed && applied?.isApplied === false && !applied.isLate) return APPLIED_RECHECK_MS;
  const isSettled = connectors?.isSettled ?? true;
  const rotationMs = rotation?.dueInMs ?? driftIntervalMs;
  const proxyMs = proxy?.dueInMs ?? driftIntervalMs;
  return Math.min(isSettled ? SECRET_POLL_MS : SETTLE_MS, driftIntervalMs, rotationMs, proxyMs);
}

/** A Tunnel that served a name before keeps its rule until the record has moved; now it has. */
function wakeFormerHolders(port: TunnelControllerPort, key: ObjectKey, { records }: Partial<Facts>): void {
  const moved = records?.moved ?? [];
  if (moved.length > 0) port.wakeTunnels(port.publishersOf(moved).filter((tunnel) => tunnel !== key));
}

/** Sets the finalizer before anything is created that it is to clean up. False: the Tunnel is gone. */
async function ensureFinalizer({ objects }: TunnelControllerPort, { tunnel, signal }: TunnelPass): Promise<boolean> {
  const finalizers = tunnel.metadata.finalizers ?? [];
  return finalizers.includes(FINALIZER) || objects.setFinalizers(tunnel, [...finalizers, FINALIZER], signal);
}

function forget({ own, status }: TunnelPorts, key: ObjectKey): Outcome {
  status.postObservation(key, undefined);
  own.memories.forget(key);
  own.wakeServices(own.releasable());
  return {};
}

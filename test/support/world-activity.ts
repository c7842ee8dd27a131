/** What the operator did, and whether it is done. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CallLog as CloudflareCalls } from 'cftunnel-sandbox/cloudflare/http/call-log';
import type { Call, CallTarget } from 'cftunnel-sandbox/kubernetes/http/call-log';
import { PATIENCE_MS, eventually } from 'cftunnel-sandbox/testing/eventually';
import { type KubeClient, keyOf } from './kube-client.ts';
import type { CallRecord } from 'cftunnel-sandbox/testing/recorder';
import type { OperatorControl } from './world.ts';

export type KubeCall = Call & { readonly target: CallTarget };

export interface Activity {
  /** Every Kubernetes request of the operator for a resource. */
  operatorCalls(): readonly KubeCall[];
  /** Those that write, without the Lease, which is renewed for ever. */
  writes(): readonly KubeCall[];
  /** Resolves when the operator has written nothing, here or at Cloudflare, for a while. */
  settled(quietMs?: number): Promise<void>;
  /** Clears the call log. */
  forgetCalls(): void;
  /** Restarts the operator in a settled world, waits until it has reconciled every Tunnel, and returns its writes. */
  writesAfterRestart(): Promise<Writes>;
  /** The writes since the call log was cleared, as text. */
  writtenSoFar(): Writes;
}

export interface Writes {
  readonly kubernetes: readonly string[];
  readonly cloudflare: readonly string[];
}

/** The writes in an unchanged world. */
export const NO_WRITES: Writes = { kubernetes: [], cloudflare: [] };

export interface Observed {
  readonly kube: KubeClient;
  readonly kubeCalls: CallRecord;
  readonly cloudflareCalls: CloudflareCalls;
  readonly operator: OperatorControl;
}

const READS = new Set(['get', 'list', 'watch']);
const QUIET_MS = 700;
const LOOK_EVERY_MS = 25;

/** Observes the world until it ends. */
export function startActivity({ kube, kubeCalls, cloudflareCalls, operator }: Observed): Activity {
  const operatorCalls = (): readonly KubeCall[] => kubeCalls.entries.filter(isOperators);
  const writes = (): readonly KubeCall[] =>
    operatorCalls().filter(({ target }) => !READS.has(target.verb) && target.resource !== 'leases');
  const countWrites = (): number => writes().length + cloudflareCalls.writes().length;
  const settled = (quietMs = QUIET_MS): Promise<void> => becomesQuiet(countWrites, quietMs);
  const forgetCalls = (): void => {
    kubeCalls.clear();
    cloudflareCalls.clear();
  };
  const writtenSoFar = (): Writes => ({
    kubernetes: writes().map(inWords),
    cloudflare: cloudflareCalls.writes().map(({ endpoint }) => endpoint),
  });
  return {
    operatorCalls,
    writes,
    settled,
    forgetCalls,
    writtenSoFar,
    async writesAfterRestart() {
      await settled();
      await operator.stop();
      forgetCalls();
      await operator.start();
      await everyTunnelSeen(kube, operator);
      await settled();
      return writtenSoFar();
    },
  };
}

function isOperators(call: Call): call is KubeCall {
  return call.target !== undefined && call.userAgent.startsWith('cftunnel-operator');
}

/** Counts polls, not milliseconds, because both the operator and the polls are slower on a busy machine. */
async function becomesQuiet(count: () => number, quietMs: number): Promise<void> {
  let [last, quietLooks] = [count(), 0];
  const deadline = performance.now() + PATIENCE_MS;
  while (quietLooks < quietMs / LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    const now = count();
    quietLooks = now === last ? quietLooks + 1 : 0;
    last = now;
    if (performance.now() > deadline) throw new Error(`the operator still writes after ${PATIENCE_MS} ms`);
  }
}

async function everyTunnelSeen(kube: KubeClient, operator: OperatorControl): Promise<void> {
  const keys = (await kube.list('Tunnel')).map(keyOf);
  await eventually(() => {
    const seen = new Set(operator.process.logs.filter((entry) => entry['controller'] === 'tunnel').map(keyIn));
    const invisible = keys.filter((key) => !seen.has(key));
    if (invisible.length > 0) throw new Error(`the operator has not looked at ${invisible.join(', ')}`);
  });
}

function keyIn(entry: { readonly [field: string]: unknown }): unknown {
  return entry['key'];
}

function inWords({ target }: KubeCall): string {
  const { verb, resource, subresource, namespace = '', name = '' } = target;
  return `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`} ${namespace}/${name}`;
}

/** Counts the calls that faults hit. A storm without any proves nothing. */
import type { Sandbox } from 'cftunnel-sandbox/sandbox';

/** Number of calls by what happened to them: a status, or the kind of a fault. */
type Tally = Readonly<Record<string, number>>;

/** The faults of each API. */
export interface FaultCounts {
  readonly cloudflare: Tally;
  readonly kubernetes: Tally;
}

/** Counts the faults in a sandbox so far. */
export function countFaults({ cloudflare, kubernetes }: Sandbox): FaultCounts {
  return { cloudflare: tallyOf(cloudflare.faults.hits), kubernetes: tallyOf(kubernetes.faults.hits) };
}

/** For example `12 calls to Cloudflare (429 8, stall-body 4) and 0 to Kubernetes`. */
export function inWords(storms: readonly FaultCounts[]): string {
  const cloudflare = sumOf(storms.map((storm) => storm.cloudflare));
  const kubernetes = sumOf(storms.map((storm) => storm.kubernetes));
  return `${counted(cloudflare, 'calls to Cloudflare')} and ${counted(kubernetes, 'to Kubernetes')}`;
}

interface Effect {
  readonly kind: string;
  readonly status?: number;
}

function tallyOf(faults: ReadonlyMap<Effect, number>): Tally {
  return sumOf([...faults].map(([{ kind, status }, times]) => ({ [isPlain(kind) ? `${status}` : kind]: times })));
}

/** A response that differs only in its status. */
function isPlain(kind: string): boolean {
  return kind === 'reply' || kind === 'status';
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum: Record<string, number> = {};
  for (const [name, times] of tallies.flatMap((tally) => Object.entries(tally))) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

function counted(tally: Tally, what: string): string {
  const kinds = Object.entries(tally).map(([name, times]) => `${name} ${times}`);
  const all = Object.values(tally).reduce((sum, times) => sum + times, 0);
  return `${all} ${what}${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`;
}

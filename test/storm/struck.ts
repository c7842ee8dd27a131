/** How many calls went wrong, and how: a storm that troubles nobody proves nothing. */
import type { Sandbox } from 'cftunnel-sandbox/sandbox';

/** Number of calls by what happened to them: a status, or the kind of a fault. */
type Tally = Readonly<Record<string, number>>;

/** What has struck at each API. */
export interface Struck {
  readonly cloudflare: Tally;
  readonly kubernetes: Tally;
}

/** What has struck in a world so far. */
export function struckIn({ cloudflare, kubernetes }: Sandbox): Struck {
  return { cloudflare: tallyOf(cloudflare.faults.struck), kubernetes: tallyOf(kubernetes.faults.struck) };
}

/** For example `12 calls of Cloudflare (429 8, stall-body 4) and 0 of Kubernetes`. */
export function inWords(storms: readonly Struck[]): string {
  const cloudflare = sumOf(storms.map((storm) => storm.cloudflare));
  const kubernetes = sumOf(storms.map((storm) => storm.kubernetes));
  return `${counted(cloudflare, 'calls of Cloudflare')} and ${counted(kubernetes, 'of Kubernetes')}`;
}

interface Effect {
  readonly kind: string;
  readonly status?: number;
}

function tallyOf(struck: ReadonlyMap<Effect, number>): Tally {
  return sumOf([...struck].map(([{ kind, status }, times]) => ({ [isPlain(kind) ? `${status}` : kind]: times })));
}

/** An answer that is nothing but its status. */
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

/** What goes wrong in a storm: a few rules for both APIs, drawn anew every time. */
import type { FaultEffect as CloudflareEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import type { FaultEffect as KubernetesEffect } from 'cftunnel-sandbox/kubernetes/http/faults';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import type { Dice } from './dice.ts';

/** What may strike at Cloudflare. */
export const AT_CLOUDFLARE: readonly CloudflareEffect[] = [
  { kind: 'reply', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'reply', status: 429 },
  { kind: 'reply', status: 500 },
  { kind: 'reply', status: 403, body: refusal(10000, 'Authentication error') },
  { kind: 'reply', status: 401, body: refusal(10000, 'Authentication error') },
  { kind: 'reply', status: 404, body: refusal(7003, 'Could not route to your request') },
  { kind: 'html', status: 503 },
  { kind: 'html', status: 200 },
  { kind: 'drop-before' },
  { kind: 'drop-after' },
  { kind: 'delay', ms: 150 },
  { kind: 'stall-body' },
  { kind: 'truncate' },
  { kind: 'unsuccessful', errors: [{ code: 1000, message: 'No.' }] },
  { kind: 'lock' },
  { kind: 'stale-reads', lagMs: 14_000 },
];

/** What may strike at the API server. */
export const AT_KUBERNETES: readonly KubernetesEffect[] = [
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 409 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 410 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 504 },
  { kind: 'html', status: 502 },
  { kind: 'delay', ms: 100 },
  { kind: 'drop' },
  { kind: 'drop-after' },
  { kind: 'truncate' },
  { kind: 'stall' },
];

const CLOUDFLARE_PATHS = [/./, /./, /dns_records/, /dns_records\/batch/, /cfd_tunnel/, /\/zones$/];
const KUBERNETES_PATHS = [/./, /watch=true/, /limit=/, /\/status/, /secrets/, /services/, /deployments/, /configmaps/];

/** Breaks something. */
type Strike = (sandbox: Sandbox, dice: Dice) => void;

/** What a storm is about: an operator that the API server keeps busy has little to ask of Cloudflare. */
export const WEATHERS: readonly (readonly Strike[])[] = [
  [strikeCloudflare],
  [strikeKubernetes],
  [strikeCloudflare, strikeKubernetes],
];

/** Adds one to three things that go wrong, each for a share of the calls. */
function strikeCloudflare({ cloudflare: { faults } }: Sandbox, dice: Dice): void {
  for (let rules = dice.between(1, 3); rules > 0; rules -= 1)
    faults.add({ path: dice.pick(CLOUDFLARE_PATHS), probability: shareFrom(dice), effect: dice.pick(AT_CLOUDFLARE) });
}

/** Reads that lag behind: lists alone, since one object is always read as it is now by a server that keeps its word. */
const STALE_LISTS = /limit=/;

/** The same for the API server, and now and then it loses its watches or its history. */
function strikeKubernetes({ kubernetes: { faults } }: Sandbox, dice: Dice): void {
  for (let rules = dice.between(1, 2); rules > 0; rules -= 1)
    faults.add({ path: dice.pick(KUBERNETES_PATHS), probability: shareFrom(dice), effect: dice.pick(AT_KUBERNETES) });
  if (dice.isLucky(0.3))
    faults.add({ path: STALE_LISTS, effect: { kind: 'stale-reads', changes: dice.pick([1, 5, 20]) } });
  if (dice.isLucky(0.3)) faults.closeWatches();
  if (dice.isLucky(0.3)) faults.expireVersions();
}

function shareFrom(dice: Dice): number {
  return dice.pick([0.1, 0.3, 0.6, 1]);
}

function refusal(code: number, message: string): unknown {
  return { success: false, errors: [{ code, message }], messages: [], result: null };
}

/** The faults of a storm: a few random rules for each API. */
import type { FaultEffect as CloudflareEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import type { FaultEffect as KubernetesEffect } from 'cftunnel-sandbox/kubernetes/http/faults';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import type { Random } from './random.ts';

/** Faults of Cloudflare. */
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

/** Faults of the API server. */
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

/** Adds random faults to a sandbox. */
type AddFaults = (sandbox: Sandbox, random: Random) => void;

/** A storm hits one API or both. Under API server faults the operator makes few Cloudflare calls. */
export const FAULT_MIXES: readonly (readonly AddFaults[])[] = [
  [addCloudflareFaults],
  [addKubernetesFaults],
  [addCloudflareFaults, addKubernetesFaults],
];

/** Adds one to three faults, each for a share of the calls. */
function addCloudflareFaults({ cloudflare: { faults } }: Sandbox, random: Random): void {
  for (let rules = random.between(1, 3); rules > 0; rules -= 1)
    faults.add(randomRule(random, CLOUDFLARE_PATHS, AT_CLOUDFLARE));
}

/** Stale reads affect lists only: a GET of one object is always consistent. */
const STALE_LISTS = /limit=/;

/** Adds faults to the API server, and sometimes closes its watches or drops its history. */
function addKubernetesFaults({ kubernetes: { faults } }: Sandbox, random: Random): void {
  for (let rules = random.between(1, 2); rules > 0; rules -= 1)
    faults.add(randomRule(random, KUBERNETES_PATHS, AT_KUBERNETES));
  if (random.chance(0.3))
    faults.add({ path: STALE_LISTS, effect: { kind: 'stale-reads', changes: random.pick([1, 5, 20]) } });
  if (random.chance(0.3)) faults.closeWatches();
  if (random.chance(0.3)) faults.expireVersions();
}

function randomRule<Effect>(random: Random, paths: readonly RegExp[], effects: readonly Effect[]) {
  return { path: random.pick(paths), probability: random.pick([0.1, 0.3, 0.6, 1]), effect: random.pick(effects) };
}

function refusal(code: number, message: string): unknown {
  return { success: false, errors: [{ code, message }], messages: [], result: null };
}

/** Stories that delete everything, in every order and every state of Cloudflare. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudflareSandbox } from 'cftunnel-sandbox/cloudflare/server';
import { type Kind, KubeError } from '../support/kube-client.ts';
import type { LocalWorld } from '../support/local-world.ts';
import { API, HOME, SHARED, type Story, WEB } from './stories.ts';
import { NOTHING, type DesiredState } from '../support/desired-state.ts';

const THINGS = {
  tunnel: ['Tunnel', HOME],
  service: ['Service', WEB],
  token: ['Secret', 'shop/cloudflare'],
  credentials: ['Secret', `${HOME}-cloudflared-credentials`],
  config: ['ConfigMap', `${HOME}-cloudflared`],
  namespace: ['Namespace', 'shop'],
  definition: ['CustomResourceDefinition', 'tunnels.cftunnel.io'],
} as const satisfies Record<string, readonly [Kind, string]>;
type Thing = keyof typeof THINGS;

const PARTS = ['tunnel', 'service', 'token', 'credentials', 'config'] as const;

/** Every order of the parts; and the namespace or the definition, which delete the rest, after any two. */
export const ORDERS: readonly (readonly Thing[])[] = [
  ...ordersOf(PARTS, PARTS.length),
  ...[0, 1, 2].flatMap((first) => ordersOf(PARTS, first)).map((order) => [...order, 'namespace'] as const),
  ...[0, 1].flatMap((first) => ordersOf(PARTS, first)).map((order) => [...order, 'definition', 'namespace'] as const),
];

/** How Cloudflare behaves during the deletion, and how that ends. */
interface CloudflareState {
  readonly name: string;
  readonly begin: (world: LocalWorld) => void;
  /** Undefined: it never ends. */
  readonly end: ((cloudflare: CloudflareSandbox) => void) | undefined;
}

const clear = ({ faults }: CloudflareSandbox): void => faults.clear();

export const CLOUDFLARE_STATES = [
  { name: 'up', begin: () => undefined, end: clear },
  {
    name: 'slow',
    begin: ({ sandbox }) => void sandbox.cloudflare.faults.add({ effect: { kind: 'delay', ms: 150 } }),
    end: clear,
  },
  {
    name: 'failing',
    begin: ({ sandbox }) => void sandbox.cloudflare.faults.add({ effect: { kind: 'reply', status: 503 } }),
    end: clear,
  },
  {
    name: 'away',
    begin: ({ sandbox }) => void sandbox.cloudflare.faults.add({ effect: { kind: 'drop-before' } }),
    end: clear,
  },
  { name: 'revoked', begin: ({ sandbox, token }) => sandbox.cloudflare.admin.revokeToken(token), end: undefined },
] as const satisfies readonly CloudflareState[];

/** How long the state lasts: in the operator's time, ten times as long as a part may be unready unnoticed. */
const STATE_MS = 1_000;

/** Speeds up the five minutes that the operator waits for missing credentials. */
const FAST = 100;

const GONE = [
  ['Tunnel', HOME],
  ['Service', WEB],
  ['Service', API],
] as const satisfies DesiredState['gone'];

/** What cannot be deleted once the token is revoked. */
const ABANDONED = { tunnel: HOME, hostnames: Object.values(SHARED.exposed).map(({ hostname }) => hostname) };

export function deletion(order: readonly Thing[], state: CloudflareState): Story {
  const isForEver = state.end === undefined;
  return {
    name: `delete ${order.join(', ')} with Cloudflare ${state.name}`,
    before: SHARED,
    act: (world) => remove(world, order, state),
    after: { ...NOTHING, gone: GONE, ...(isForEver ? { abandoned: ABANDONED } : {}) },
    ...(isForEver ? { speed: FAST } : {}),
  };
}

async function remove(world: LocalWorld, order: readonly Thing[], { begin, end }: CloudflareState): Promise<void> {
  const { kube, sandbox } = world;
  for (const service of [WEB, API]) await removeForeignFinalizer(world, service);
  begin(world);
  await kube.delete('Service', API);
  for (const thing of order) await kube.delete(THINGS[thing][0], THINGS[thing][1]).catch(ignoreNotFound);
  if (!order.includes('service')) await kube.delete('Service', WEB).catch(ignoreNotFound);
  await delay(STATE_MS);
  end?.(sandbox.cloudflare);
}

/** The foreign finalizer would keep the Service, as it should. */
async function removeForeignFinalizer({ kube }: LocalWorld, service: string): Promise<void> {
  await kube.patch('Service', service, { metadata: { finalizers: ['cftunnel.io/finalizer'] } });
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof KubeError && error.code === 404)) throw error;
}

/** Every way to take `count` of the items, one after the other. */
function ordersOf<T>(items: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item) =>
    ordersOf(
      items.filter((other) => other !== item),
      count - 1,
    ).map((rest) => [item, ...rest]),
  );
}

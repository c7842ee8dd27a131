/** Everything deleted, in any order and in any weather at Cloudflare, as stories. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudflareSandbox } from 'cftunnel-sandbox/cloudflare/server';
import { type Kind, KubeError } from '../support/kube-client.ts';
import type { CrashWorld } from './crash-world.ts';
import { API, HOME, SHARED, type Story, WEB } from './stories.ts';
import { NOTHING, type Wanted } from './wanted.ts';

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

/** Every order of the parts; and the namespace or the definition, which take the rest with them, after any two. */
export const ORDERS: readonly (readonly Thing[])[] = [
  ...ordersOf(PARTS, PARTS.length),
  ...[0, 1, 2].flatMap((first) => ordersOf(PARTS, first)).map((order) => [...order, 'namespace'] as const),
  ...[0, 1].flatMap((first) => ordersOf(PARTS, first)).map((order) => [...order, 'definition', 'namespace'] as const),
];

/** What Cloudflare is like while all goes, and what ends it. */
interface Weather {
  readonly name: string;
  readonly begin: (world: CrashWorld) => void;
  /** Undefined: it stays so for ever. */
  readonly end: ((cloudflare: CloudflareSandbox) => void) | undefined;
}

const clear = ({ faults }: CloudflareSandbox): void => faults.clear();

export const WEATHERS = [
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
] as const satisfies readonly Weather[];

/** How long bad weather lasts; with the operator's time sped up, ten times as long as a part may be unready unseen. */
const WEATHER_MS = 1_000;

/** Five minutes' patience with credentials that are gone must not take five minutes. */
const HASTE = 100;

const GONE = [
  ['Tunnel', HOME],
  ['Service', WEB],
  ['Service', API],
] as const satisfies Wanted['gone'];

/** What nobody can remove once the token is revoked. */
const ABANDONED = { tunnel: HOME, hostnames: Object.values(SHARED.exposed).map(({ hostname }) => hostname) };

export function deletion(order: readonly Thing[], weather: Weather): Story {
  const isForEver = weather.end === undefined;
  return {
    name: `delete ${order.join(', ')} with Cloudflare ${weather.name}`,
    before: SHARED,
    act: (world) => remove(world, order, weather),
    after: { ...NOTHING, gone: GONE, ...(isForEver ? { abandoned: ABANDONED } : {}) },
    ...(isForEver ? { speed: HASTE } : {}),
  };
}

async function remove(world: CrashWorld, order: readonly Thing[], { begin, end }: Weather): Promise<void> {
  const { kube, sandbox } = world;
  for (const service of [WEB, API]) await loseInterest(world, service);
  begin(world);
  await kube.delete('Service', API);
  for (const thing of order) await kube.delete(THINGS[thing][0], THINGS[thing][1]).catch(ifGoneAlready);
  if (!order.includes('service')) await kube.delete('Service', WEB).catch(ifGoneAlready);
  await delay(WEATHER_MS);
  end?.(sandbox.cloudflare);
}

/** The others' finalizer would hold the Service, as it should. */
async function loseInterest({ kube }: CrashWorld, service: string): Promise<void> {
  await kube.patch('Service', service, { metadata: { finalizers: ['cftunnel.io/finalizer'] } });
}

function ifGoneAlready(error: unknown): void {
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

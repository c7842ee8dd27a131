/** What users do in the life of a Tunnel, each with the world before and after it. */
import assert from 'node:assert/strict';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { tunnel } from '../support/world-objects.ts';
import { CLUSTER, type CrashWorld } from './crash-world.ts';
import { type Exposure, NOTHING, type Wanted } from './wanted.ts';

export interface Story {
  readonly name: string;
  readonly before: Wanted;
  /** The operator is started by the story, so that its first calls count, too. */
  readonly isFromStart?: boolean;
  /** `handOver` ends the operator with SIGTERM, and starts the next. */
  readonly act: (world: CrashWorld, handOver: () => Promise<void>) => Promise<void>;
  readonly after: Wanted;
  /** How many times faster than real time the operator waits. */
  readonly speed?: number;
  /** The operators of the story elect their leader; the others lead without a Lease. */
  readonly hasElection?: boolean;
  /** The calls at which the operator may die; any by default. */
  readonly points?: RegExp;
}

export const [HOME, AWAY, WEB, API] = ['shop/home', 'shop/away', 'shop/web', 'shop/api'] as const;
export const SHOP: Exposure = { by: HOME, hostname: 'shop.example.com' };
const ONE: Wanted = { tunnels: { [HOME]: 1 }, exposed: {} };
const SERVED: Wanted = { tunnels: { [HOME]: 1 }, exposed: { [WEB]: SHOP } };
export const SHARED: Wanted = {
  ...SERVED,
  exposed: { ...SERVED.exposed, [API]: { by: HOME, hostname: 'api.example.org' } },
};
const TWO: Wanted = { ...SERVED, tunnels: { [HOME]: 1, [AWAY]: 1 } };

export const STORIES: readonly Story[] = [
  {
    name: 'create',
    isFromStart: true,
    before: NOTHING,
    act: (world) => makeTunnel(world, HOME, 2),
    after: { tunnels: { [HOME]: 2 }, exposed: {} },
  },
  { name: 'regret', isFromStart: true, before: NOTHING, act: regret, after: NOTHING },
  { name: 'expose', before: ONE, act: (world) => expose(world, WEB, SHOP), after: SERVED },
  {
    name: 'change',
    before: SERVED,
    act: (world) => expose(world, WEB, { ...SHOP, hostname: 'shop.example.org' }),
    after: { ...SERVED, exposed: { [WEB]: { ...SHOP, hostname: 'shop.example.org' } } },
  },
  {
    name: 'move',
    before: TWO,
    act: (world) => expose(world, WEB, { ...SHOP, by: AWAY }),
    after: { ...TWO, exposed: { [WEB]: { ...SHOP, by: AWAY } } },
  },
  {
    name: 'scale',
    before: SERVED,
    act: ({ kube }) => kube.scale('Tunnel', HOME, 2),
    after: { ...SERVED, tunnels: { [HOME]: 2 } },
  },
  { name: 'rotate', before: SHARED, act: rotate, after: SHARED },
  { name: 'un-expose', before: SHARED, act: (world) => expose(world, API, undefined), after: SERVED },
  { name: 'delete', before: SERVED, act: leave, after: NOTHING },
];

/** The life of a Lease: it is read, acquired, renewed, and given back to a successor who has work to do. */
export const HANDOVER: Story = {
  name: 'hand over',
  isFromStart: true,
  hasElection: true,
  points: /\/leases/,
  before: NOTHING,
  act: bequeath,
  after: { tunnels: { [HOME]: 2 }, exposed: {} },
};

/** Brings a world without anything to where a story begins. */
export async function prepare(world: CrashWorld, { tunnels, exposed }: Wanted): Promise<void> {
  for (const [key, replicas] of Object.entries(tunnels)) await makeTunnel(world, key, replicas);
  for (const [key, exposure] of Object.entries(exposed)) await expose(world, key, exposure);
}

async function makeTunnel({ kube }: CrashWorld, key: string, replicas: number): Promise<void> {
  await kube.create(tunnel(key, { replicas }));
}

async function expose({ kube }: CrashWorld, service: string, exposure: Exposure | undefined): Promise<void> {
  await kube.annotate('Service', service, {
    'cftunnel.io/tunnel': exposure?.by ?? null,
    'cftunnel.io/hostname': exposure?.hostname ?? null,
  });
}

/** A new API token in the place of one that is revoked, and connector credentials that have to be fetched anew. */
async function rotate(world: CrashWorld): Promise<void> {
  const { kube, sandbox, accountId } = world;
  const { admin } = sandbox.cloudflare;
  const token = admin.addToken({ accounts: [accountId] });
  await kube.delete('Secret', `${HOME}-cloudflared-credentials`);
  await kube.patch('Secret', 'shop/cloudflare', { stringData: { CLOUDFLARE_API_TOKEN: token } });
  admin.revokeToken(world.token);
}

/** A Tunnel goes as soon as its tunnel is made, which the operator may not have come to write down. */
async function regret(world: CrashWorld): Promise<void> {
  await makeTunnel(world, HOME, 1);
  const isMade = (): void => assert(world.tunnels().some(({ name }) => name === `${CLUSTER}/${HOME}`));
  await eventually(isMade, { withinMs: 500, everyMs: 5 }).catch(() => undefined);
  await world.kube.delete('Tunnel', HOME);
}

/** The leader goes when its Lease is renewed twice: one that has missed the answer to the first must still lead. */
async function bequeath(world: CrashWorld, handOver: () => Promise<void>): Promise<void> {
  const times = new Set<unknown>();
  await makeTunnel(world, HOME, 1);
  await eventually(async () => {
    times.add((await world.kube.get('Lease', 'cftunnel-system/cftunnel-operator')).spec?.['renewTime']);
    assert(times.size > 2, 'the Lease is not renewed');
  });
  await handOver();
  await world.kube.scale('Tunnel', HOME, 2);
}

/** The Tunnel goes first, and the Service asks for nothing any more. */
async function leave(world: CrashWorld): Promise<void> {
  await world.kube.delete('Tunnel', HOME);
  await expose(world, WEB, undefined);
}

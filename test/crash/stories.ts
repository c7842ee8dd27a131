/** What users do with a Tunnel, each with the desired state before and after. */
import assert from 'node:assert/strict';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Intruders } from '../support/intruders.ts';
import { accessServiceToken, tunnel } from '../support/world-objects.ts';
import type { ConfigMode, LocalWorld } from '../support/local-world.ts';
import { type Exposure, NOTHING, type DesiredState } from '../support/desired-state.ts';

export interface Story {
  readonly name: string;
  readonly before: DesiredState;
  /** The story starts the operator, so that its first calls count too. */
  readonly isFromStart?: boolean;
  /** Says which hostnames nobody may enter without credentials, and since when. Present: the world has web servers. */
  readonly intrude?: (intruders: Intruders) => void;
  /** `handOver` ends the operator with SIGTERM, and starts the next. */
  readonly act: (world: LocalWorld, handOver: () => Promise<void>, intruders: Intruders) => Promise<void>;
  readonly after: DesiredState;
  /** Where the Tunnels keep their rules; absent: `Local`. */
  readonly configMode?: ConfigMode;
  /** How many times faster than real time the operator waits. */
  readonly speed?: number;
  /** The operators of the story elect their leader; the others lead without a Lease. */
  readonly hasElection?: boolean;
  /** The calls at which the operator may be killed. Default: any. */
  readonly points?: RegExp;
}

export const [HOME, AWAY, WEB, API] = ['shop/home', 'shop/away', 'shop/web', 'shop/api'] as const;
export const SHOP: Exposure = { by: HOME, hostname: 'shop.example.com' };
const ONE: DesiredState = { tunnels: { [HOME]: 1 }, exposed: {} };
const SERVED: DesiredState = { tunnels: { [HOME]: 1 }, exposed: { [WEB]: SHOP } };
export const SHARED: DesiredState = {
  ...SERVED,
  exposed: { ...SERVED.exposed, [API]: { by: HOME, hostname: 'api.example.org' } },
};
const TWO: DesiredState = { ...SERVED, tunnels: { [HOME]: 1, [AWAY]: 1 } };

const LOCAL_STORIES: readonly Story[] = [
  {
    name: 'create',
    isFromStart: true,
    before: NOTHING,
    act: (world) => makeTunnel(world, HOME, 2),
    after: { tunnels: { [HOME]: 2 }, exposed: {} },
  },
  { name: 'delete early', isFromStart: true, before: NOTHING, act: deleteEarly, after: NOTHING },
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
  { name: 'rotate token', before: SERVED, act: rotateToken, after: { ...SERVED, rotations: { [HOME]: 1 } } },
  { name: 'un-expose', before: SHARED, act: (world) => expose(world, API, undefined), after: SERVED },
  { name: 'delete', before: SERVED, act: deleteAll, after: NOTHING },
];

/** Stories in which it matters where the rules are. */
const REMOTE_STORIES = new Set(['create', 'expose', 'change', 'move', 'un-expose', 'delete']);

export const STORIES: readonly Story[] = [
  ...LOCAL_STORIES,
  ...LOCAL_STORIES.filter(({ name }) => REMOTE_STORIES.has(name)).map((story) => ({
    ...story,
    name: `${story.name} with rules at Cloudflare`,
    configMode: 'Remote' as const,
  })),
];

/** A Lease is read, acquired, renewed, and released to a successor that has work to do. */
export const HANDOVER: Story = {
  name: 'hand over',
  isFromStart: true,
  hasElection: true,
  points: /\/leases/,
  before: NOTHING,
  act: handOverLease,
  after: { tunnels: { [HOME]: 2 }, exposed: {} },
};

/** Brings an empty world to the state before a story. */
export async function prepare(world: LocalWorld, { tunnels, exposed, tokens = [] }: DesiredState): Promise<void> {
  for (const [key, replicas] of Object.entries(tunnels)) await makeTunnel(world, key, replicas);
  for (const [key, exposure] of Object.entries(exposed)) await expose(world, key, exposure);
  for (const key of tokens) await world.kube.create(accessServiceToken(key));
}

async function makeTunnel({ kube, configMode }: LocalWorld, key: string, replicas: number): Promise<void> {
  await kube.create(tunnel(key, { replicas, configMode }));
}

export async function expose({ kube }: LocalWorld, service: string, exposure: Exposure | undefined): Promise<void> {
  await kube.annotate('Service', service, {
    'cftunnel.io/tunnel': exposure?.by ?? null,
    'cftunnel.io/hostname': exposure?.hostname ?? null,
    'cftunnel.io/access': exposure?.access ?? null,
  });
}

/** Replaces a revoked API token, and deletes the connector credentials, which must be fetched again. */
async function rotate(world: LocalWorld): Promise<void> {
  const { kube, sandbox, accountId } = world;
  const { admin } = sandbox.cloudflare;
  const token = admin.addToken({ accounts: [accountId] });
  await kube.delete('Secret', `${HOME}-cloudflared-credentials`);
  await kube.patch('Secret', 'shop/cloudflare', { stringData: { CLOUDFLARE_API_TOKEN: token } });
  admin.revokeToken(world.token);
}

/** Requests a new connector token, and loses the status, which says that the request is handled. */
async function rotateToken({ kube }: LocalWorld): Promise<void> {
  await kube.annotate('Tunnel', HOME, { 'cftunnel.io/rotate-token': 'now' });
  await eventually(async () => assert((await kube.get('Tunnel', HOME)).status?.['tokenRotation'] !== undefined));
  await kube.patchStatus('Tunnel', HOME, { status: { tokenRotation: null } });
}

/** Deletes a Tunnel as soon as its remote tunnel exists, which the operator may not have recorded yet. */
async function deleteEarly(world: LocalWorld): Promise<void> {
  await makeTunnel(world, HOME, 1);
  const isMade = (): void => assert(world.tunnels().some(({ name }) => name === `${world.cluster}/${HOME}`));
  await eventually(isMade, { withinMs: 500, everyMs: 5 }).catch(() => undefined);
  await world.kube.delete('Tunnel', HOME);
}

/** The leader ends after two renewals of its Lease: one that lost the response to the first must still lead. */
async function handOverLease(world: LocalWorld, handOver: () => Promise<void>): Promise<void> {
  const times = new Set<unknown>();
  await makeTunnel(world, HOME, 1);
  await eventually(async () => {
    times.add((await world.kube.get('Lease', 'cftunnel-system/cftunnel-operator')).spec?.['renewTime']);
    assert(times.size > 2, 'the Lease is not renewed');
  });
  await handOver();
  await world.kube.scale('Tunnel', HOME, 2);
}

/** Deletes the Tunnel first, then removes the annotations of the Service. */
async function deleteAll(world: LocalWorld): Promise<void> {
  await world.kube.delete('Tunnel', HOME);
  await expose(world, WEB, undefined);
}

/**
 * What users do with hostnames that Access protects. All the time visitors without credentials ask for these hostnames,
 * and none of them may reach an origin.
 */
import { originDeployment } from '../support/counted-origin.ts';
import type { DesiredState, Exposure } from '../support/desired-state.ts';
import type { Intruders } from '../support/intruders.ts';
import type { LocalWorld } from '../support/local-world.ts';
import { accessPolicy } from '../support/world-objects.ts';
import { API, AWAY, expose, HOME, SHOP, type Story, WEB } from './stories.ts';

const CLOSED: Exposure = { ...SHOP, access: 'staff' };
const ONE: DesiredState = { tunnels: { [HOME]: 1 }, exposed: {} };
const PUBLIC: DesiredState = { ...ONE, exposed: { [WEB]: SHOP } };
const PROTECTED: DesiredState = { ...ONE, exposed: { [WEB]: CLOSED } };
const TWO: DesiredState = { ...PROTECTED, tunnels: { [HOME]: 1, [AWAY]: 1 } };
const RENAMED: Exposure = { ...CLOSED, hostname: 'shop.example.org' };
const SECOND: Exposure = { by: HOME, hostname: 'api.example.org', access: 'staff' };

const close =
  (...hostnames: readonly string[]) =>
  (intruders: Intruders): void => {
    for (const hostname of hostnames) intruders.close(hostname);
  };

const LOCAL_STORIES: readonly Story[] = [
  {
    name: 'protect',
    before: ONE,
    intrude: close(CLOSED.hostname),
    act: (world) => expose(world, WEB, CLOSED),
    after: PROTECTED,
  },
  {
    name: 'protect another',
    before: PROTECTED,
    intrude: close(CLOSED.hostname, SECOND.hostname),
    act: (world) => expose(world, API, SECOND),
    after: { ...PROTECTED, exposed: { [WEB]: CLOSED, [API]: SECOND } },
  },
  {
    name: 'protect later',
    before: PUBLIC,
    intrude: (intruders) => intruders.closeOnceProtected(SHOP.hostname),
    act: (world) => expose(world, WEB, CLOSED),
    after: PROTECTED,
  },
  {
    name: 'change policies',
    before: PROTECTED,
    intrude: close(CLOSED.hostname),
    act: (world) => expose(world, WEB, { ...CLOSED, access: 'guests,staff' }),
    after: { ...PROTECTED, exposed: { [WEB]: { ...CLOSED, access: 'guests,staff' } } },
  },
  {
    name: 'rename what is protected',
    before: PROTECTED,
    intrude: close(CLOSED.hostname, RENAMED.hostname),
    act: (world) => expose(world, WEB, RENAMED),
    after: { ...PROTECTED, exposed: { [WEB]: RENAMED } },
  },
  {
    name: 'move what is protected',
    before: TWO,
    intrude: close(CLOSED.hostname),
    act: (world) => expose(world, WEB, { ...CLOSED, by: AWAY }),
    after: { ...TWO, exposed: { [WEB]: { ...CLOSED, by: AWAY } } },
  },
  {
    name: 'delete the application by hand',
    before: PROTECTED,
    intrude: close(CLOSED.hostname),
    act: deleteApplication,
    after: PROTECTED,
  },
  {
    name: 'open what was protected',
    before: PROTECTED,
    intrude: close(CLOSED.hostname),
    act: openAll,
    after: PUBLIC,
  },
  {
    name: 'un-expose what is protected',
    before: PROTECTED,
    intrude: close(CLOSED.hostname),
    act: (world) => expose(world, WEB, undefined),
    after: ONE,
  },
  {
    name: 'delete the Tunnel of what is protected',
    before: PROTECTED,
    intrude: close(CLOSED.hostname),
    act: deleteTunnel,
    after: { tunnels: {}, exposed: {} },
  },
];

/** A hostname that should be closed, but does not ask for it. */
export const LEFT_OPEN: Story = {
  name: 'leave open',
  before: PUBLIC,
  intrude: close(SHOP.hostname),
  act: ({ kube }) => kube.scale('Tunnel', HOME, 2),
  after: { ...PUBLIC, tunnels: { [HOME]: 2 } },
};

/** Stories in which it matters where the rules are. */
const REMOTE_STORIES = new Set(['protect', 'protect later', 'rename what is protected', 'un-expose what is protected']);

export const ACCESS_STORIES: readonly Story[] = [
  ...LOCAL_STORIES,
  ...LOCAL_STORIES.filter(({ name }) => REMOTE_STORIES.has(name)).map((story) => ({
    ...story,
    name: `${story.name} with rules at Cloudflare`,
    configMode: 'Remote' as const,
  })),
];

/** Adds policies to a world, and a web server behind its Services. */
export async function furnish({ kube }: LocalWorld): Promise<void> {
  for (const name of ['staff', 'guests']) {
    const include = [{ email: `${name}@example.com` }];
    await kube.create(accessPolicy(`shop/${name}`, { decision: 'Allow', include }));
  }
  const include = [{ serviceToken: 'robot' }];
  await kube.create(accessPolicy('shop/machines', { decision: 'ServiceAuth', include }));
  await kube.create(originDeployment('shop/origin'));
  for (const key of [WEB, API]) await kube.patch('Service', key, { spec: { selector: { app: 'origin' } } });
}

async function deleteApplication({ sandbox, accountId }: LocalWorld): Promise<void> {
  const { access } = sandbox.cloudflare.admin;
  const found = access.applications(accountId).find(({ uris }) => uris.includes(CLOSED.hostname));
  if (found === undefined) throw new Error('there is no application');
  access.deleteApplication(found.id);
}

async function openAll(world: LocalWorld, _handOver: unknown, intruders: Intruders): Promise<void> {
  intruders.open(CLOSED.hostname);
  await expose(world, WEB, SHOP);
}

async function deleteTunnel(world: LocalWorld): Promise<void> {
  await world.kube.delete('Tunnel', HOME);
  await expose(world, WEB, undefined);
}

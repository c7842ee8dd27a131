/** Many independent Tunnels in one world, each with its own namespace, account and zone. */
import { expect } from '@jest/globals';
import { namespace, secret, service, tunnel } from './world-objects.ts';
import { namesOfOurs } from './world-records.ts';
import { eventsAbout, exposed, gone } from './world-views.ts';
import type { World } from './world.ts';

/** The namespace of a Tunnel `home` that exposes a Service `web`. */
export interface Home {
  readonly name: string;
  readonly account: string;
  readonly zone: string;
  readonly hostname: string;
}

/** Prepares Cloudflare before anything is created in the cluster. */
export function planHome({ cloudflare }: World, name: string): Home {
  const account = cloudflare.admin.addAccount({ name, team: name }).id;
  const zone = cloudflare.admin.addZone({ name: zoneOf(name), account }).id;
  return { name, account, zone, hostname: `web.${zoneOf(name)}` };
}

export async function furnish({ kube, cloudflare }: World, { name, account, zone, hostname }: Home): Promise<void> {
  const token = cloudflare.admin.addToken({ accounts: [account], zones: [zone] });
  await kube.create(namespace(name));
  await kube.create(secret(`${name}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
  await kube.create(tunnel(`${name}/home`, { replicas: 1 }));
  await kube.create(service(`${name}/web`, { tunnel: 'home', hostname }));
}

export async function clear({ kube }: World, { name }: Home): Promise<void> {
  await Promise.all([kube.delete('Service', `${name}/web`), kube.delete('Tunnel', `${name}/home`)]);
}

/** Whatever happened: one tunnel, one record, one rollout, and no event twice. */
export async function isMadeOnce(world: World, home: Home): Promise<void> {
  const { name, hostname } = home;
  await exposed(world, `${name}/web`, [hostname]);
  const deployment = await world.kube.get('Deployment', `${name}/home-cloudflared`);
  const events = await eventsAbout(world, 'Service', `${name}/web`);
  expect({
    tunnels: tunnelsEverMade(world, home).map((made) => made.name),
    records: namesOfOurs(world, zoneOf(name)),
    rollouts: deployment.metadata.generation,
    announcements: events.filter(({ reason }) => reason === 'Exposed').length <= 1,
  }).toEqual({ tunnels: [`test/${name}/home`], records: [hostname], rollouts: 1, announcements: true });
}

export async function isCleared(world: World, home: Home): Promise<void> {
  const { name } = home;
  await Promise.all([gone(world, 'Tunnel', `${name}/home`), gone(world, 'Service', `${name}/web`)]);
  const tunnels = tunnelsEverMade(world, home).filter(({ deletedAt }) => deletedAt === null);
  expect({ name, tunnels, records: namesOfOurs(world, zoneOf(name)) }).toEqual({ name, tunnels: [], records: [] });
}

function tunnelsEverMade({ cloudflare }: World, { account }: Home) {
  return cloudflare.admin.tunnels(account);
}

function zoneOf(name: string): string {
  return `${name}.dev`;
}

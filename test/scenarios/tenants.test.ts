import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { service, tunnel } from '../support/world-objects.ts';
import { eventsAbout, exposed, hostnamesOf, ready, recordAt, rulesOf, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const CATCH_ALL = { service: 'http_status:404' };
const SHARED = { replicas: 1, allowedRoutes: { namespaces: { from: 'All' }, hostnames: ['*.example.com'] } };

const world = useWorld();

/** Two independent teams that use the same names, and a Tunnel that both may use. */
beforeAll(async () => {
  await Promise.all(['team-a', 'team-b', 'platform'].map((name) => world.addNamespace(name)));
  await world.kube.create(tunnel('platform/shared', SHARED));
  await Promise.all(['team-a', 'team-b'].map((team) => world.kube.create(tunnel(`${team}/home`, { replicas: 1 }))));
  await world.kube.create(service('team-a/web', { tunnel: 'home', hostname: 'a.example.com' }));
  await world.kube.create(service('team-b/web', { tunnel: 'home', hostname: 'b.example.com' }));
  await exposed(world, 'team-a/web', ['a.example.com']);
  await exposed(world, 'team-b/web', ['b.example.com']);
});

describe('Services and Tunnels of the same names in two namespaces', () => {
  it.each([
    { team: 'team-a', hostname: 'a.example.com' },
    { team: 'team-b', hostname: 'b.example.com' },
  ])('are independent: $team has its own rule, tunnel and record', async ({ team, hostname }) => {
    const { status } = await ready(world, `${team}/home`);

    expect(await rulesOf(world, `${team}/home`)).toEqual([
      { hostname, service: `http://web.${team}.svc:80` },
      CATCH_ALL,
    ]);
    expect(recordAt(world, hostname)).toMatchObject({
      content: status?.['target'],
      comment: `cftunnel.io owner=test/${team}/home`,
    });
    expect(status?.['routes']).toEqual({ attached: 1, refused: 0 });
  });
});

describe('a tenant that requests a hostname in use', () => {
  it.each([
    { name: 'thief', to: 'home' },
    { name: 'visitor', to: 'platform/shared' },
  ])('does not get it, and is told its holder: with Tunnel $to', async ({ name, to }) => {
    await world.kube.create(service(`team-b/${name}`, { tunnel: to, hostname: 'a.example.com' }));

    await refused(world, `team-b/${name}`, 'HostnameConflict', /a\.example\.com .*team-a\/web/);
    expect(recordAt(world, 'a.example.com')?.comment).toBe('cftunnel.io owner=test/team-a/home');
    expect(await hostnamesOf(world, 'team-b/home')).toEqual(['b.example.com']);
    expect(await hostnamesOf(world, 'platform/shared')).toEqual([]);
  });

  it('counts as refused at the requested Tunnel', async () => {
    await eventually(async () => {
      expect(await routesAt('team-a/home')).toEqual({ attached: 1, refused: 0 });
      expect(await routesAt('team-b/home')).toEqual({ attached: 1, refused: 1 });
      expect(await routesAt('platform/shared')).toEqual({ attached: 0, refused: 1 });
    });
  });

  it('is warned once per change of its own, however often others change', async () => {
    await world.kube.annotate('Service', 'team-b/web', { 'cftunnel.io/port': '80' });
    await world.kube.create(service('team-b/busy', { tunnel: 'home', hostname: 'busy.example.com' }));
    await exposed(world, 'team-b/busy', ['busy.example.com']);
    expect(await warningsAbout('team-b/thief')).toEqual(['HostnameConflict x1']);

    await world.kube.annotate('Service', 'team-b/thief', { 'cftunnel.io/port': '81' });
    await refused(world, 'team-b/thief', 'PortNotFound', /"81"/);
    await world.kube.annotate('Service', 'team-b/thief', { 'cftunnel.io/port': null });
    await refused(world, 'team-b/thief', 'HostnameConflict', /team-a\/web/);
    await eventually(async () =>
      expect(await warningsAbout('team-b/thief')).toEqual(['HostnameConflict x2', 'PortNotFound x1']),
    );
  });

  it('takes it over, with rule and record, within seconds after its holder is deleted', async () => {
    await world.kube.delete('Service', 'team-a/web');

    await exposed(world, 'team-b/thief', ['a.example.com']);
    const { status } = await world.kube.get('Tunnel', 'team-b/home');
    expect(recordAt(world, 'a.example.com')?.content).toBe(status?.['target']);
    await eventually(async () => expect(await rulesOf(world, 'team-a/home')).toEqual([CATCH_ALL]));
    await refused(world, 'team-b/visitor', 'HostnameConflict', /a\.example\.com .*team-b\/thief/);
  });
});

async function routesAt(key: string): Promise<unknown> {
  return (await world.kube.get('Tunnel', key)).status?.['routes'];
}

/** Reasons of the Warning events about a Service, sorted. */
async function warningsAbout(key: string): Promise<readonly string[]> {
  const events = await eventsAbout(world, 'Service', key);
  return events
    .filter((event) => event['type'] === 'Warning')
    .map((event) => `${String(event['reason'])} x${String(event['count'])}`)
    .toSorted();
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Condition } from '../support/kube-client.ts';
import { service, tunnel } from '../support/world-objects.ts';
import {
  EXPOSED,
  becomes,
  conditionOf,
  eventsAbout,
  exposed,
  hostnamesOf,
  ready,
  recordAt,
  rulesOf,
} from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

const CATCH_ALL = { service: 'http_status:404' };
const SHARED = {
  replicas: 1,
  allowedRoutes: { namespaces: { from: 'All' }, hostnames: ['*.example.com'] },
};

let world: World;

/** Two teams that know nothing of each other and call everything the same, and a Tunnel that both may use. */
beforeAll(async () => {
  world = await startWorld();
  await Promise.all(['team-a', 'team-b', 'platform'].map((name) => world.addNamespace(name)));
  await world.kube.create(tunnel('platform/shared', SHARED));
  await Promise.all(['team-a', 'team-b'].map((team) => world.kube.create(tunnel(`${team}/home`, { replicas: 1 }))));
  await world.kube.create(service('team-a/web', { tunnel: 'home', hostname: 'a.example.com' }));
  await world.kube.create(service('team-b/web', { tunnel: 'home', hostname: 'b.example.com' }));
  await exposed(world, 'team-a/web', ['a.example.com']);
  await exposed(world, 'team-b/web', ['b.example.com']);
});
afterAll(() => world.stop());

describe('Services and Tunnels of the same names in two namespaces', () => {
  it.each([
    { team: 'team-a', hostname: 'a.example.com' },
    { team: 'team-b', hostname: 'b.example.com' },
  ])('never mix: $team has its own rule, tunnel and record', async ({ team, hostname }) => {
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

describe('a tenant that names a hostname in use', () => {
  it.each([
    { name: 'thief', to: 'home' },
    { name: 'visitor', to: 'platform/shared' },
  ])('does not get it, and is told who has it: by way of Tunnel $to', async ({ name, to }) => {
    await world.kube.create(service(`team-b/${name}`, { tunnel: to, hostname: 'a.example.com' }));

    await isRefused(`team-b/${name}`, 'HostnameConflict', /a\.example\.com .*team-a\/web/);
    expect(recordAt(world, 'a.example.com')?.comment).toBe('cftunnel.io owner=test/team-a/home');
    expect(await hostnamesOf(world, 'team-b/home')).toEqual(['b.example.com']);
    expect(await hostnamesOf(world, 'platform/shared')).toEqual([]);
  });

  it('is counted as refused at the Tunnel that it asked', async () => {
    await eventually(async () => {
      expect(await routesAt('team-a/home')).toEqual({ attached: 1, refused: 0 });
      expect(await routesAt('team-b/home')).toEqual({ attached: 1, refused: 1 });
      expect(await routesAt('platform/shared')).toEqual({ attached: 0, refused: 1 });
    });
  });

  it('is warned once for each change of its own, however often others change', async () => {
    await world.kube.annotate('Service', 'team-b/web', { 'cftunnel.io/port': '80' });
    await world.kube.create(service('team-b/busy', { tunnel: 'home', hostname: 'busy.example.com' }));
    await exposed(world, 'team-b/busy', ['busy.example.com']);
    expect(await warningsAbout('team-b/thief')).toEqual(['HostnameConflict x1']);

    await world.kube.annotate('Service', 'team-b/thief', { 'cftunnel.io/port': '81' });
    await isRefused('team-b/thief', 'PortNotFound', /"81"/);
    await world.kube.annotate('Service', 'team-b/thief', { 'cftunnel.io/port': null });
    await isRefused('team-b/thief', 'HostnameConflict', /team-a\/web/);
    await eventually(async () =>
      expect(await warningsAbout('team-b/thief')).toEqual(['HostnameConflict x2', 'PortNotFound x1']),
    );
  });

  it('takes it over, by rule and record, within seconds of its holder going', async () => {
    await world.kube.delete('Service', 'team-a/web');

    await exposed(world, 'team-b/thief', ['a.example.com']);
    const { status } = await world.kube.get('Tunnel', 'team-b/home');
    expect(recordAt(world, 'a.example.com')?.content).toBe(status?.['target']);
    await eventually(async () => expect(await rulesOf(world, 'team-a/home')).toEqual([CATCH_ALL]));
    await isRefused('team-b/visitor', 'HostnameConflict', /a\.example\.com .*team-b\/thief/);
  });
});

describe('a tenant that names a hostname outside allowedRoutes.hostnames', () => {
  it.each([
    { name: 'outside', hostname: 'app.example.org' },
    { name: 'lookalike', hostname: 'app.notexample.com' },
    { name: 'apex', hostname: 'example.com' },
  ])('gets neither rule nor record, and is told what is allowed: $hostname', async ({ name, hostname }) => {
    await world.kube.create(service(`team-a/${name}`, { tunnel: 'platform/shared', hostname }));

    await isRefused(`team-a/${name}`, 'NotAllowed', /platform\/shared does not admit .*; it admits \*\.example\.com/);
    expect(await hostnamesOf(world, 'platform/shared')).not.toContain(hostname);
  });

  it('is served at the hostname beside it that is allowed', async () => {
    await world.kube.create(
      service('team-a/both', { tunnel: 'platform/shared', hostname: 'in.example.com, out.example.org' }),
    );

    await isRefused('team-a/both', 'NotAllowed', /out\.example\.org.*\(still served: https:\/\/in\.example\.com\)/);
    expect(await hostnamesOf(world, 'platform/shared')).toEqual(['in.example.com']);
    expect(recordAt(world, 'out.example.org')).toBeUndefined();
  });
});

async function isRefused(key: string, reason: string, message: RegExp): Promise<Condition | undefined> {
  return conditionOf(await becomes(world, ['Service', key], EXPOSED, { status: 'False', reason, message }), EXPOSED);
}

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

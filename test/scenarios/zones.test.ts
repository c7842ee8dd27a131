import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { withdraw } from '../support/world-actions.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { exposed, hostnamesOf, ready, unexposed, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const PATIENT = { everyMs: 50 };

const world = useWorld();

/** Nested zones, as in a company that delegates a part of its domain. The token sees all of them. */
beforeAll(async () => {
  addZone('sub.example.com');
  const { admin, accountId } = world.cloudflare;
  const token = admin.addToken({ accounts: [accountId] });
  await world.kube.create(namespace('zoned'));
  await world.kube.create(secret('zoned/cloudflare', { CLOUDFLARE_API_TOKEN: token }));
  await world.kube.create(tunnel('zoned/home', { replicas: 1 }));
  await ready(world, 'zoned/home');
});

describe('a record', () => {
  it('is created in the zone with the longest matching name', async () => {
    await expose('longest', 'home', 'app.sub.example.com, appsub.example.com, notsub.example.com, sub.example.com');

    expect(namesOfOurs(world, 'sub.example.com')).toEqual(['app.sub.example.com', 'sub.example.com']);
    expect(namesOfOurs(world, 'example.com')).toEqual(['appsub.example.com', 'notsub.example.com']);
  });

  it.each([
    { name: 'wildcard', hostname: '*.sub.example.com', zone: 'sub.example.com' },
    { name: 'apex', hostname: 'example.org', zone: 'example.org' },
    { name: 'whole-zone', hostname: '*.example.org', zone: 'example.org' },
  ])('is created, with its rule, and removed for a hostname that is $hostname', async ({ name, hostname, zone }) => {
    await expose(name, 'home', hostname);
    expect(await hostnamesOf(world, 'zoned/home')).toContain(hostname);
    expect(namesOfOurs(world, zone)).toContain(hostname);

    await conceal(name);
    expect(await hostnamesOf(world, 'zoned/home')).not.toContain(hostname);
    expect(namesOfOurs(world, zone)).not.toContain(hostname);
  });
});

describe('a Tunnel with hostnames in several zones', () => {
  it('has each record in its zone, with one batch per zone', async () => {
    await world.settled();
    world.forgetCalls();

    await expose('several', 'home', 'several.example.com, several.example.org, several.sub.example.com');
    await world.settled();

    expect(world.writtenSoFar().cloudflare).toEqual(Array(3).fill('POST /zones/:zone/dns_records/batch'));
    expect(namesOfOurs(world, 'example.com')).toContain('several.example.com');
    expect(namesOfOurs(world, 'example.org')).toContain('several.example.org');
    expect(namesOfOurs(world, 'sub.example.com')).toContain('several.sub.example.com');
  });
});

describe('dns.zones', () => {
  it('limits a Tunnel to the listed zones, and reports them', async () => {
    await world.kube.create(tunnel('zoned/kept', { replicas: 1, dns: { zones: ['example.com'] } }));
    await world.kube.create(service('zoned/outside', { tunnel: 'kept', hostname: 'kept.example.org' }));
    await expose('inside', 'kept', 'kept.example.com');

    const message = /^No zone holds kept\.example\.org\. Zones in which the token may write: example\.com\./;
    await refused(world, 'zoned/outside', 'ZoneNotFound', message);
    expect(namesOfOurs(world, 'example.org')).not.toContain('kept.example.org');
  });

  it('admits a hostname when it is extended, without another event', async () => {
    await world.kube.patch('Tunnel', 'zoned/kept', { spec: { dns: { zones: ['example.com', 'example.org'] } } });

    await exposed(world, 'zoned/outside', ['kept.example.org']);
    expect(namesOfOurs(world, 'example.org')).toContain('kept.example.org');
  });

  it('removes the record in a zone that is no longer listed, and keeps the rule', async () => {
    await world.kube.patch('Tunnel', 'zoned/kept', { spec: { dns: { zones: ['example.com'] } } });

    await refused(world, 'zoned/outside', 'ZoneNotFound');
    await eventually(() => expect(namesOfOurs(world, 'example.org')).not.toContain('kept.example.org'));
    expect(await hostnamesOf(world, 'zoned/kept')).toContain('kept.example.org');
    expect(namesOfOurs(world, 'example.com')).toContain('kept.example.com');
  });

  it('moves the record to the enclosing zone when a nested zone is no longer listed', async () => {
    const nested = { dns: { zones: ['example.com', 'sub.example.com'] } };
    await world.kube.create(tunnel('zoned/nested', { replicas: 1, ...nested }));
    await expose('nested', 'nested', 'nested.sub.example.com');
    expect(namesOfOurs(world, 'sub.example.com')).toContain('nested.sub.example.com');

    await world.kube.patch('Tunnel', 'zoned/nested', { spec: { dns: { zones: ['example.com'] } } });

    await eventually(() => expect(namesOfOurs(world, 'sub.example.com')).not.toContain('nested.sub.example.com'));
    await eventually(() => expect(namesOfOurs(world, 'example.com')).toContain('nested.sub.example.com'));
    await conceal('nested');
    expect(namesOfOurs(world, 'example.com')).not.toContain('nested.sub.example.com');
    expect(await hostnamesOf(world, 'zoned/nested')).toEqual([]);
  });

  it('is rejected by the schema if it lists hostnames', async () => {
    const wild = tunnel('zoned/wild', { dns: { zones: ['*.example.com'] } });

    await expect(world.kube.create(wild)).rejects.toThrow(/must be the name of a zone, such as example\.com/);
  });
});

describe('a zone that does not answer', () => {
  it('still gets the record, and its hostname is exposed once it answers', async () => {
    const { admin, accountId } = world.cloudflare;
    admin.addZone({ name: 'pending.example', account: accountId, status: 'pending' });
    await world.kube.create(service('zoned/ahead', { tunnel: 'home', hostname: 'app.pending.example' }));

    await refused(
      world,
      'zoned/ahead',
      'ZoneInactive',
      /is pending, .*Set its name servers at the registrar to ada\.ns\.cloudflare\.com/,
    );
    await eventually(() => expect(namesOfOurs(world, 'pending.example')).toEqual(['app.pending.example']));

    admin.editZone('pending.example', { status: 'active' });
    await exposed(world, 'zoned/ahead', ['app.pending.example'], PATIENT);
  });
});

describe('a zone that is added later', () => {
  it('clears ZoneNotFound', async () => {
    await world.kube.create(service('zoned/early', { tunnel: 'home', hostname: 'app.late.example' }));
    await refused(world, 'zoned/early', 'ZoneNotFound');

    addZone('late.example');

    await exposed(world, 'zoned/early', ['app.late.example'], PATIENT);
    expect(namesOfOurs(world, 'late.example')).toEqual(['app.late.example']);
  });

  it('takes over the hostnames that end in its name, and the old record is deleted', async () => {
    await expose('handed-over', 'home', 'app.branch.example.com, trunk.example.com');
    addZone('branch.example.com');

    await world.operator.restart();

    await eventually(() => expect(namesOfOurs(world, 'branch.example.com')).toEqual(['app.branch.example.com']));
    await eventually(() => expect(namesOfOurs(world, 'example.com')).not.toContain('app.branch.example.com'));
    expect(namesOfOurs(world, 'example.com')).toContain('trunk.example.com');
  });
});

function addZone(name: string): void {
  world.cloudflare.admin.addZone({ name, account: world.cloudflare.accountId });
}

async function expose(name: string, tunnelName: string, hostnames: string): Promise<void> {
  await world.kube.create(service(`zoned/${name}`, { tunnel: tunnelName, hostname: hostnames }));
  await exposed(world, `zoned/${name}`, hostnames.split(', '));
}

async function conceal(name: string): Promise<void> {
  await withdraw(world, `zoned/${name}`);
  await unexposed(world, `zoned/${name}`);
}

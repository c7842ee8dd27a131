import { beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_PERMISSIONS, Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { rename, request, withdraw } from '../support/world-actions.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { foreignRecords } from '../support/world-records.ts';
import {
  becomes,
  conditionOf,
  exposed,
  gone,
  hostnamesOf,
  ready,
  recordAt,
  unexposed,
  refused,
} from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const world = useWorld();

describe('dns.onConflict: Overwrite', () => {
  const CLAIMED = ['a.example.com', 'cname.example.com', 'delegated.example.com', 'double.example.com'];
  let left: unknown;

  beforeAll(async () => {
    addForeign('a.example.com', 'A', '192.0.2.1');
    addForeign('cname.example.com', 'CNAME', 'elsewhere.example.net');
    addForeign('delegated.example.com', 'NS', 'ns.example.net');
    addForeign('double.example.com', 'A', '192.0.2.2');
    addForeign('double.example.com', 'AAAA', '2001:db8::2');
    world.cloudflare.admin.addRecord('example.com', { name: 'a.example.com', type: 'TXT', content: '"kept"' });
    addForeign('unclaimed.example.com', 'A', '192.0.2.3');
    addForeign('below.a.example.com', 'CNAME', 'elsewhere.example.net');
    left = foreignRecords(world, 'example.com').filter(({ name, type }) => !CLAIMED.includes(name) || type === 'TXT');
    await furnish('bold', { onConflict: 'Overwrite' }, CLAIMED.join(', '));
    await exposed(world, 'bold/web', CLAIMED);
  });

  it('replaces every A, AAAA, CNAME and NS record at a claimed name', async () => {
    const { status } = await ready(world, 'bold/home');
    const ours = {
      type: 'CNAME',
      content: status?.['target'],
      proxied: true,
      comment: 'cftunnel.io owner=test/bold/home',
    };

    expect(addressesAt(...CLAIMED)).toEqual(CLAIMED.map((name) => expect.objectContaining({ name, ...ours })));
  });

  // Invariant 4.
  it('touches neither other types at the name nor other names', () => {
    expect(foreignRecords(world, 'example.com')).toEqual(left);
  });

  // Invariant 4.
  it('is required: without it the record is refused, and accepted once it is set', async () => {
    addForeign('shy.example.com', 'A', '192.0.2.4');
    await furnish('shy', {}, 'shy.example.com');
    await eventually(async () =>
      expect(conditionOf(await world.kube.get('Tunnel', 'shy/home'), 'DNSReady')?.reason).toBe('RecordsRefused'),
    );
    expect(addressesAt('shy.example.com')).toEqual([expect.objectContaining({ type: 'A', content: '192.0.2.4' })]);

    await world.kube.patch('Tunnel', 'shy/home', { spec: { dns: { onConflict: 'Overwrite' } } });

    await exposed(world, 'shy/web', ['shy.example.com']);
    expect(addressesAt('shy.example.com')).toEqual([expect.objectContaining({ type: 'CNAME' })]);
  });
});

describe('dns.mode: UpsertOnly', () => {
  beforeAll(async () => {
    await furnish('additive', { mode: 'UpsertOnly' }, 'additive.example.com');
    await exposed(world, 'additive/web', ['additive.example.com']);
  });

  it('leaves the old record behind when a hostname changes', async () => {
    await rename(world, 'additive/web', 'renamed.example.com');
    await exposed(world, 'additive/web', ['renamed.example.com']);
    await world.settled();

    expect(recordAt(world, 'additive.example.com')).toMatchObject({ type: 'CNAME' });
    expect(recordAt(world, 'renamed.example.com')).toMatchObject({ type: 'CNAME' });
  });

  it('leaves the record and removes the rule when the Service is no longer exposed', async () => {
    const record = recordAt(world, 'renamed.example.com');

    await withdraw(world, 'additive/web');
    await unexposed(world, 'additive/web');

    expect(await hostnamesOf(world, 'additive/home')).toEqual([]);
    expect(record).toBeDefined();
    expect(recordAt(world, 'renamed.example.com')).toEqual(record);
  });

  it('reports the records that it keeps although nothing requests them', async () => {
    const message = /keeps records that are no longer wanted: additive\.example\.com/;
    await request(world, 'additive/web', 'home', 'renamed.example.com');

    await becomes(world, ['Tunnel', 'additive/home'], 'DNSReady', { status: 'True', reason: 'RecordsSynced', message });
    expect(recordAt(world, 'additive.example.com')).toMatchObject({ type: 'CNAME' });
  });
});

describe('dns.mode: Disabled', () => {
  it('exposes a Service without a call for DNS, with a token that may not make one', async () => {
    const { admin, accountId } = world.cloudflare;
    const token = admin.addToken({ permissions: [Permission.tunnelWrite], accounts: [accountId] });
    await world.settled();
    world.forgetCalls();

    await furnish('handmade', { mode: 'Disabled' }, 'handmade.example.com', token);
    await exposed(world, 'handmade/web', ['handmade.example.com']);
    const home = await ready(world, 'handmade/home');
    await world.settled();

    expect(conditionOf(home, 'DNSReady')).toMatchObject({ status: 'True', reason: 'DNSDisabled' });
    expect(await hostnamesOf(world, 'handmade/home')).toEqual(['handmade.example.com']);
    expect(recordAt(world, 'handmade.example.com')).toBeUndefined();
    expect(Object.keys(world.cloudflare.calls.byEndpoint()).filter((endpoint) => endpoint.includes('/zones'))).toEqual(
      [],
    );
  });

  it('removes the records that Sync has created, once, keeps the rules, and makes no further calls', async () => {
    const names = ['switched.example.com', 'second.example.com'];
    await furnish('switched', {}, names.join(', '));
    await exposed(world, 'switched/web', names);
    expect(addressesAt(...names)).toHaveLength(2);

    await world.kube.patch('Tunnel', 'switched/home', { spec: { dns: { mode: 'Disabled' } } });
    await becomes(world, ['Tunnel', 'switched/home'], 'DNSReady', { status: 'True', reason: 'DNSDisabled' });
    await world.settled();
    expect(addressesAt(...names)).toEqual([]);
    expect((await hostnamesOf(world, 'switched/home')).toSorted()).toEqual(names.toSorted());
    await exposed(world, 'switched/web', names);

    addForeign('second.example.com', 'A', '192.0.2.9');
    world.forgetCalls();
    await rename(world, 'switched/web', 'third.example.com');
    await exposed(world, 'switched/web', ['third.example.com']);
    await withdraw(world, 'switched/web');
    await unexposed(world, 'switched/web');
    await world.settled();
    expect(Object.keys(world.cloudflare.calls.byEndpoint()).filter((call) => call.includes('/zones'))).toEqual([]);
    expect(addressesAt('second.example.com')).toMatchObject([{ type: 'A' }]);
  });

  it('reports the records that the token may no longer remove, and holds nothing up', async () => {
    const { admin, accountId } = world.cloudflare;
    const token = admin.addToken({ accounts: [accountId] });
    await furnish('barred', {}, 'barred.example.com', token);
    await exposed(world, 'barred/web', ['barred.example.com']);

    admin.setPermissions(token, [Permission.tunnelWrite]);
    await world.operator.restart();
    await world.kube.patch('Tunnel', 'barred/home', { spec: { dns: { mode: 'Disabled' } } });

    await becomes(world, ['Tunnel', 'barred/home'], 'DNSReady', {
      status: 'False',
      reason: 'PermissionMissing',
      message: /^Cannot delete the records of barred\.example\.com: .*"DNS Write"/,
    });
    await exposed(world, 'barred/web', ['barred.example.com']);

    admin.setPermissions(token, OPERATOR_PERMISSIONS);
    await becomes(world, ['Tunnel', 'barred/home'], 'DNSReady', { status: 'True', reason: 'DNSDisabled' });
    expect(recordAt(world, 'barred.example.com')).toBeUndefined();
  });
});

describe('a record of another cluster', () => {
  it('that points to the same tunnel is reported as such, and is taken over as the message says', async () => {
    await furnish('rebuilt', {}, 'first.example.com');
    await exposed(world, 'rebuilt/web', ['first.example.com']);
    const content = String((await ready(world, 'rebuilt/home')).status?.['target']);
    const comment = 'cftunnel.io owner=before/rebuilt/home';
    const moved = { name: 'moved.example.com', type: 'CNAME', content, proxied: true, comment };
    world.cloudflare.admin.addRecord('example.com', moved);

    await rename(world, 'rebuilt/web', 'moved.example.com');
    await refused(
      world,
      'rebuilt/web',
      'RecordConflict',
      /carries the mark of cluster before .* Overwrite on Tunnel rebuilt\/home, or .*--cluster-name=before/,
    );

    await world.kube.patch('Tunnel', 'rebuilt/home', { spec: { dns: { onConflict: 'Overwrite' } } });
    await exposed(world, 'rebuilt/web', ['moved.example.com']);
    expect(recordAt(world, 'moved.example.com')).toMatchObject({ comment: 'cftunnel.io owner=test/rebuilt/home' });
  });
});

// Invariant 31.
describe('a name that Cloudflare refuses', () => {
  it('is reported to its Service, and others are added and removed', async () => {
    const { admin } = world.cloudflare;
    admin.refuseName('bad.example.com', { code: 81099, message: 'Something nobody has heard of.' });
    await furnish('beside', {}, 'old.example.com');
    await exposed(world, 'beside/web', ['old.example.com']);

    await world.kube.create(service('beside/bad', { tunnel: 'home', hostname: 'bad.example.com' }));
    await world.kube.create(service('beside/good', { tunnel: 'home', hostname: 'good.example.com' }));
    await withdraw(world, 'beside/web');
    await unexposed(world, 'beside/web');

    await exposed(world, 'beside/good', ['good.example.com']);
    expect(recordAt(world, 'old.example.com')).toBeUndefined();
    await refused(
      world,
      'beside/bad',
      'RecordConflict',
      /^Cloudflare refuses the record for bad\.example\.com: Something nobody has heard of \(code 81099\)/,
    );
    await world.kube.delete('Service', 'beside/good');
    await gone(world, 'Service', 'beside/good');
  });
});

/** A namespace with a Tunnel `home` and a Service `web` that requests the hostnames. */
async function furnish(
  name: string,
  dns: Readonly<Record<string, string>>,
  hostnames: string,
  token = world.cloudflare.token,
): Promise<void> {
  await world.kube.create(namespace(name));
  await world.kube.create(secret(`${name}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
  const spec = { replicas: 1, accountId: world.cloudflare.accountId, dns };
  await world.kube.create(tunnel(`${name}/home`, spec));
  await world.kube.create(service(`${name}/web`, { tunnel: 'home', hostname: hostnames }));
}

function addForeign(name: string, type: string, content: string): void {
  world.cloudflare.admin.addRecord('example.com', { name, type, content });
}

/** The addresses to which the names resolve, in order. */
function addressesAt(...names: readonly string[]) {
  const records = world.cloudflare.admin.records('example.com').filter(({ type }) => type !== 'TXT');
  return names.flatMap((name) => records.filter((record) => record.name === name));
}

import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { NO_WRITES } from '../support/world-activity.ts';
import { useWorld } from '../support/shared.ts';
import { withdraw } from '../support/world-actions.ts';
import { type Strings, service, tunnel } from '../support/world-objects.ts';
import { EXPOSED, becomes, conditionOf, hostnamesOf, ready, refused, unexposed } from '../support/world-views.ts';

const world = useWorld({ speed: 1, flags: ['--drift-interval=2s'] });

const BATCH = 'POST /zones/:zone/dns_records/batch';
const EDGE = { 'example.com/edge': 'yes' };

beforeAll(async () => {
  await world.addNamespace('lan');
  await addNode('one', '192.168.1.11');
  await addNode('two', '192.168.1.12');
  await addNode('worker', '192.168.1.99', {});
  await world.kube.create(tunnel('lan/home', { replicas: 1, lan: { nodeSelector: EDGE } }));
  await ready(world, 'lan/home');
});

describe('a name of the local network', () => {
  it('is at the nodes that its Tunnel selects, with one batch, and without a rule', async () => {
    await world.settled();
    world.forgetCalls();

    await world.kube.create(service('lan/nas', { tunnel: 'home', 'lan-hostname': 'nas.example.com' }));
    await local('lan/nas', 'nas.example.com at 192.168.1.11 and 192.168.1.12');

    expect(contentsAt('nas.example.com')).toEqual(['A 192.168.1.11', 'A 192.168.1.12']);
    expect(await hostnamesOf(world, 'lan/home')).not.toContain('nas.example.com');
    expect(world.writtenSoFar().cloudflare).toEqual([BATCH]);
    expect(world.cloudflare.calls.count(/^GET .*dns_records/)).toBeLessThanOrEqual(2);
  });

  it('follows nodes as they come and go, each time with one batch', async () => {
    await addNode('three', '192.168.1.13', EDGE, 'fd00::13');
    await becomesLocal('nas.example.com', ['A 192.168.1.11', 'A 192.168.1.12', 'A 192.168.1.13', 'AAAA fd00::13']);
    await world.settled();
    world.forgetCalls();

    await setReady('two', false);
    await becomesLocal('nas.example.com', ['A 192.168.1.11', 'A 192.168.1.13', 'AAAA fd00::13']);
    expect(world.writtenSoFar().cloudflare).toEqual([BATCH]);

    await world.kube.delete('Node', 'three');
    await setReady('two', true);
    await becomesLocal('nas.example.com', ['A 192.168.1.11', 'A 192.168.1.12']);
  });

  // Invariant 10.
  it('stays where it is while no node is ready', async () => {
    await setReady('one', false);
    await becomesLocal('nas.example.com', ['A 192.168.1.12']);
    await setReady('two', false);

    await local(
      'lan/nas',
      /; No node that spec\.lan\.nodeSelector of Tunnel lan\/home selects is ready .* stays at 192/,
    );
    expect(contentsAt('nas.example.com')).toEqual(['A 192.168.1.12']);

    await setReady('one', true);
    await setReady('two', true);
    await becomesLocal('nas.example.com', ['A 192.168.1.11', 'A 192.168.1.12']);
  });

  it('follows the address of its load balancer, beside a public name of the same Service', async () => {
    const names = { tunnel: 'home', hostname: 'files.example.com', 'lan-hostname': 'files-lan.example.com' };
    const { spec, ...object } = service('lan/files', names);
    await world.kube.create({ ...object, spec: { ...spec, type: 'LoadBalancer' } });
    await refused(
      world,
      'lan/files',
      'NoLanAddress',
      /^Service lan\/files is of type LoadBalancer and has no IP address/,
    );

    await setBalancer('lan/files', '192.168.1.50');
    await local('lan/files', 'https://files.example.com, files-lan.example.com at 192.168.1.50');
    await setBalancer('lan/files', '192.168.1.51');
    await becomesLocal('files-lan.example.com', ['A 192.168.1.51']);

    expect(contentsAt('files.example.com')).toEqual([expect.stringMatching(/^CNAME .*cfargotunnel\.com$/)]);
    expect(await hostnamesOf(world, 'lan/home')).toEqual(['files.example.com']);
  });

  // Invariant 4.
  it('is refused beside a foreign record, which Cloudflare would accept, and touches none of another type', async () => {
    const { admin } = world.cloudflare;
    const challenge = { type: 'TXT', name: '_acme-challenge.taken.example.com', content: 'cert-manager' };
    admin.addRecord('example.com', { type: 'A', name: 'taken.example.com', content: '192.168.1.77' });
    admin.addRecord('example.com', challenge);
    await readAgain();
    await aName('taken', { 'lan-hostname': 'taken.example.com', 'lan-address': '192.168.1.20' });

    await refused(world, 'lan/taken', 'RecordConflict', /already exists at taken\.example\.com \(A 192\.168\.1\.77\)/);
    expect(contentsAt('taken.example.com')).toEqual(['A 192.168.1.77']);

    await aName('spare', { 'lan-hostname': 'spare.example.com', 'lan-address': '192.168.1.21' });
    await becomesLocal('spare.example.com', ['A 192.168.1.21']);
    await conceal('spare');

    await world.kube.patch('Tunnel', 'lan/home', { spec: { dns: { onConflict: 'Overwrite' } } });
    await becomesLocal('taken.example.com', ['A 192.168.1.20']);
    await world.kube.patch('Tunnel', 'lan/home', { spec: { dns: { onConflict: null } } });
    await conceal('taken');
    expect(contentsAt('taken.example.com')).toEqual([]);
    expect(contentsAt(challenge.name)).toEqual(['TXT cert-manager']);
  });

  it('is refused if it is public for another Service, and is free once that one lets go', async () => {
    await world.kube.create(service('lan/site', { tunnel: 'home', hostname: 'wiki.example.com' }));
    await eventually(() => expect(contentsAt('wiki.example.com')).toHaveLength(1));
    await aName('wiki', { 'lan-hostname': 'wiki.example.com', 'lan-address': '192.168.1.30' });
    await refused(world, 'lan/wiki', 'HostnameConflict', /^wiki\.example\.com is public for Service lan\/site/);

    await withdraw(world, 'lan/site');
    await becomesLocal('wiki.example.com', ['A 192.168.1.30']);
    await eventually(async () => expect(await hostnamesOf(world, 'lan/home')).not.toContain('wiki.example.com'));
    await conceal('wiki');
  });

  it('loses the proxy that somebody switches on, in the next drift check', async () => {
    const { admin } = world.cloudflare;
    const record = admin.records('example.com').find(({ name }) => name === 'nas.example.com');
    admin.editRecord('example.com', record?.id ?? '', { proxied: true });

    await eventually(() => {
      const proxied = admin.records('example.com').filter(({ name }) => name === 'nas.example.com');
      expect(proxied.map((one) => one.proxied)).toEqual([false, false]);
    });
  });

  // Invariant 3.
  it('causes no write in drift checks, and one list per zone', async () => {
    await world.settled();
    world.forgetCalls();

    await eventually(() => expect(world.cloudflare.calls.count(/dns_records/)).toBeGreaterThanOrEqual(2));

    expect(world.writtenSoFar()).toEqual(NO_WRITES);
  });

  it('leaves nothing behind', async () => {
    await conceal('nas');
    await conceal('files');

    expect(contentsAt('nas.example.com')).toEqual([]);
    expect(contentsAt('files-lan.example.com')).toEqual([]);
  });
});

describe('a Service of the local network alone', () => {
  it('is exposed while the Tunnel has no connector', async () => {
    await world.kube.create(tunnel('lan/idle', { replicas: 0, lan: { addresses: ['192.168.1.5'] } }));
    await world.kube.create(service('lan/printer', { tunnel: 'idle', 'lan-hostname': 'printer.example.com' }));

    await local('lan/printer', 'printer.example.com at 192.168.1.5');
    await world.kube.delete('Tunnel', 'lan/idle');
    await eventually(() => expect(contentsAt('printer.example.com')).toEqual([]));
  });
});

async function addNode(name: string, address: string, labels: Strings = EDGE, second?: string): Promise<void> {
  await world.kube.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  const addresses = [address, second].flatMap((one) =>
    one === undefined ? [] : [{ type: 'InternalIP', address: one }],
  );
  await world.kube.patchStatus('Node', name, { status: { addresses } });
  await setReady(name, true);
}

async function setReady(name: string, isReady: boolean): Promise<void> {
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False', reason: 'Test', message: '' }];
  await world.kube.patchStatus('Node', name, { status: { conditions } });
}

async function setBalancer(key: string, ip: string): Promise<void> {
  await world.kube.patchStatus('Service', key, { status: { loadBalancer: { ingress: [{ ip }] } } });
}

/** Resolves once the zone has been listed again: what was added before is known then. */
async function readAgain(): Promise<void> {
  world.forgetCalls();
  await eventually(() => expect(world.cloudflare.calls.count(/^GET .*dns_records/)).toBeGreaterThanOrEqual(2));
}

/** A Service behind the Tunnel. */
async function aName(name: string, asks: Strings): Promise<void> {
  await world.kube.create(service(`lan/${name}`, { tunnel: 'home', ...asks }));
}

async function conceal(name: string): Promise<void> {
  const asks = ['tunnel', 'hostname', 'lan-hostname', 'lan-address'].map(
    (key) => [`cftunnel.io/${key}`, null] as const,
  );
  await world.kube.annotate('Service', `lan/${name}`, Object.fromEntries(asks));
  await unexposed(world, `lan/${name}`);
}

/** Resolves once the Service says this. */
async function local(key: string, message: string | RegExp): Promise<void> {
  const object = await becomes(world, ['Service', key], EXPOSED, { status: 'True', reason: 'Exposed', message });
  expect(conditionOf(object, EXPOSED)?.status).toBe('True');
}

async function becomesLocal(hostname: string, contents: readonly string[]): Promise<void> {
  await eventually(() => expect(contentsAt(hostname)).toEqual(contents));
}

/** Types and contents of the records at a name. */
function contentsAt(hostname: string): readonly string[] {
  const records = world.cloudflare.admin.records('example.com').filter(({ name }) => name === hostname);
  return records.map(({ type, content }) => `${type} ${content}`).toSorted();
}

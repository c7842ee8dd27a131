/** Each world begins as the other tool leaves it: its connectors run, its records lead to them, and its objects are there. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CliProcess, startCli } from '../support/cli-process.ts';
import { useWorld } from '../support/shared.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import * as former from '../support/former/adyanth-objects.ts';
import * as adyanth from '../support/former/adyanth.ts';
import { addCloudflared } from '../support/former/cloudflared.ts';
import type { StandIn } from '../support/former/controller.ts';
import * as externalDns from '../support/former/external-dns.ts';
import * as strrl from '../support/former/strrl.ts';
import {
  type AnyKindOfObjects,
  addRecordTo,
  addWebServer,
  anyObjectsIn,
  remoteTunnel,
  served,
  underLoadAt,
} from '../support/former/world.ts';
import { describeOnNode } from '../support/world-needs.ts';
import { EXPOSED, becomes, ready, recordAt } from '../support/world-views.ts';

const world = useWorld({ cluster: startClusterWithNode });
let cli: CliProcess;

beforeAll(async () => {
  cli = await startCli(world);
});
afterAll(() => cli.stop());

/** What is lost at each hostname while it migrates, again and again until enough visitors came. */
function lostWhileMigrating(from: string, hostnames: readonly string[]) {
  return underLoadAt(world, hostnames, async () => {
    const { code, stderr } = await cli.run('migrate', from, '--apply', '--timeout=2m');
    // What is repeated on a slow machine may find nothing any more.
    expect({ code, failure: stderr.replace(/^Nothing of .*\n/, '') }).toEqual({ code: 0, failure: '' });
  });
}

/** The remote tunnel of a Tunnel that serves the Services, and the marks of the hostnames' records. */
async function ours(key: string, services: readonly string[], hostnames: readonly string[]) {
  const { status } = await ready(world, key);
  for (const service of services)
    await becomes(world, ['Service', service], EXPOSED, { status: 'True', reason: 'Exposed' });
  return { tunnelId: status?.['tunnelId'], marks: hostnames.map((hostname) => recordAt(world, hostname)?.comment) };
}

async function replicasOf(deployment: string): Promise<unknown> {
  return (await world.kube.get('Deployment', deployment)).spec?.['replicas'];
}

/** The first line of another run, and its writes. The operator may have a probe to report that failed meanwhile. */
async function again(from: string) {
  await world.settled();
  world.forgetCalls();
  const { code, stdout } = await cli.run('migrate', from, '--apply', '--timeout=2m');
  const calls = world.kubeCalls.entries.filter(
    ({ method, userAgent }) => method !== 'GET' && !userAgent.startsWith('cftunnel-operator'),
  );
  return { code, says: stdout.split('\n')[0], writes: calls.map(({ method, path }) => `${method} ${path}`) };
}

const UNCHANGED = { code: 0, says: 'Nothing was left to change', writes: [] };

function textRecords(): readonly string[] {
  const records = world.cloudflare.admin.records('example.com');
  return records.filter(({ type }) => type === 'TXT').map(({ name }) => name);
}

// Invariant 48.
describeOnNode('migrating from adyanth/cloudflare-operator', () => {
  const HOSTNAMES = ['bound.example.com', 'annotated.example.com'];
  let objects: AnyKindOfObjects;
  let tunnelId = '';

  beforeAll(async () => {
    objects = anyObjectsIn(world);
    for (const definition of former.definitions()) await world.kube.create(definition);
    await adyanth.installController(world);
    await world.addNamespace('shop');
    await addWebServer(world, 'shop/bound');
    await addWebServer(world, 'shop/annotated', {
      annotations: { 'cfargotunnel.com/tunnel': 'home', 'cfargotunnel.com/fqdn': 'annotated.example.com' },
      labels: { 'cfargotunnel.com/hostname': 'annotated.example.com' },
      finalizers: [former.FINALIZER],
    });
    const tunnel = await remoteTunnel(world, 'home', 'local');
    tunnelId = tunnel.id;
    await adyanth.addTunnel(world, objects, {
      key: 'shop/home',
      tunnel,
      routes: {
        'bound.example.com': 'http://bound.shop.svc:80',
        'annotated.example.com': 'http://annotated.shop.svc:80',
      },
    });
    const subject = { kind: 'Service', name: 'bound', spec: { fqdn: 'bound.example.com' } };
    await objects.create(former.binding('shop/bound', 'home', [subject]));
    await served(world, HOSTNAMES);
  });

  it('loses no request of any hostname', async () => {
    expect(await lostWhileMigrating('adyanth', HOSTNAMES)).toEqual(
      Object.fromEntries(HOSTNAMES.map((name) => [name, {}])),
    );
  });

  it('ends with the same tunnel and the records in our hands', async () => {
    const mark = 'cftunnel.io owner=test/shop/home';
    expect(await ours('shop/home', ['shop/bound', 'shop/annotated'], HOSTNAMES)).toEqual({
      tunnelId,
      marks: [mark, mark],
    });
  });

  it('stops its Deployments, and takes its finalizers, annotations and TXT records away', async () => {
    expect(await replicasOf('shop/home')).toBe(0);
    expect(await replicasOf(former.CONTROLLER)).toBe(0);
    const theirs = await objects.find({ apiVersion: `${former.GROUP}/v1alpha2`, kind: 'Tunnel', key: 'shop/home' });
    const binding = await objects.find({
      apiVersion: `${former.GROUP}/v1alpha1`,
      kind: 'TunnelBinding',
      key: 'shop/bound',
    });
    expect([theirs?.metadata.finalizers, binding?.metadata.finalizers]).toEqual([undefined, undefined]);
    const { metadata } = await world.kube.get('Service', 'shop/annotated');
    expect(metadata.finalizers).toEqual(['cftunnel.io/finalizer']);
    expect(
      Object.keys({ ...metadata.annotations, ...metadata.labels }).filter((key) => key.includes('cfargotunnel')),
    ).toEqual([]);
    expect(textRecords().filter((name) => name.startsWith('_managed.'))).toEqual([]);
  });

  it('changes nothing when it is run again', async () => {
    expect(await again('adyanth')).toEqual(UNCHANGED);
  });
});

describeOnNode('migrating from STRRL/cloudflare-tunnel-ingress-controller', () => {
  const RULES = [
    { hostname: 'front.example.com', path: '/', service: 'front' },
    { hostname: 'front.example.com', path: '/api', service: 'back' },
    { hostname: 'other.example.com', path: '/', service: 'back' },
  ];
  const HOSTNAMES = ['front.example.com', 'other.example.com'];
  let controller: StandIn | undefined;
  let tunnelId = '';

  beforeAll(async () => {
    await world.addNamespace('mall');
    await addWebServer(world, 'mall/front');
    await addWebServer(world, 'mall/back');
    const tunnel = await remoteTunnel(world, 'Mall Tunnel', 'cloudflare');
    tunnelId = tunnel.id;
    await strrl.installController(world, tunnel);
    await world.kube.create(strrl.ingress('mall/all', RULES));
    controller = await strrl.startController(world, tunnel, { rules: RULES, home: 'mall' });
    await served(world, HOSTNAMES);
  });
  afterAll(() => controller?.stop());

  it('loses no request of any hostname', async () => {
    expect(await lostWhileMigrating('strrl', HOSTNAMES)).toEqual(
      Object.fromEntries(HOSTNAMES.map((name) => [name, {}])),
    );
  });

  it('ends with the same tunnel and the records in our hands', async () => {
    const key = `${strrl.HOME}/mall-tunnel`;
    const mark = `cftunnel.io owner=test/${key}`;
    expect(await ours(key, ['mall/front', 'mall/back'], HOSTNAMES)).toEqual({ tunnelId, marks: [mark, mark] });
  });

  it('stops its Deployments, and takes its finalizer and TXT records away', async () => {
    expect(await replicasOf(strrl.CONTROLLER)).toBe(0);
    expect(await replicasOf(strrl.CONNECTOR)).toBe(0);
    expect((await world.kube.get('Ingress', 'mall/all')).metadata.finalizers).toBeUndefined();
    expect(textRecords().filter((name) => name.startsWith('_ctic_managed.'))).toEqual([]);
  });

  it('changes nothing when it is run again', async () => {
    expect(await again('strrl')).toEqual(UNCHANGED);
  });
});

describeOnNode('migrating from a Deployment of cloudflared', () => {
  const HOSTNAMES = ['near.example.com', 'far.example.com'];
  let tunnelId = '';

  beforeAll(async () => {
    await world.addNamespace('depot');
    await world.addNamespace('elsewhere');
    await addWebServer(world, 'depot/near');
    await addWebServer(world, 'elsewhere/far');
    const tunnel = await remoteTunnel(world, 'depot', 'local');
    tunnelId = tunnel.id;
    const rules = [
      { hostname: 'near.example.com', service: 'http://near.depot.svc' },
      { hostname: 'far.example.com', service: 'http://far.elsewhere.svc.cluster.local:80' },
    ];
    await addCloudflared(world, 'depot/edge', { tunnel, rules });
    for (const hostname of HOSTNAMES) addRecordTo(world, tunnel, hostname);
    await served(world, HOSTNAMES);
  });

  it('loses no request of any hostname', async () => {
    expect(await lostWhileMigrating('cloudflared', HOSTNAMES)).toEqual(
      Object.fromEntries(HOSTNAMES.map((name) => [name, {}])),
    );
  });

  it('ends with the same tunnel and the records in our hands', async () => {
    const mark = 'cftunnel.io owner=test/depot/edge';
    expect(await ours('depot/edge', ['depot/near', 'elsewhere/far'], HOSTNAMES)).toEqual({
      tunnelId,
      marks: [mark, mark],
    });
    expect(await replicasOf('depot/edge')).toBe(0);
  });

  it('changes nothing when it is run again', async () => {
    expect(await again('cloudflared')).toEqual(UNCHANGED);
  });
});

describeOnNode('migrating from external-dns', () => {
  const HOSTNAME = 'named.example.com';
  let controller: StandIn | undefined;
  let tunnelId = '';

  beforeAll(async () => {
    await world.addNamespace('stage');
    const tunnel = await remoteTunnel(world, 'stage', 'local');
    tunnelId = tunnel.id;
    await addWebServer(world, 'stage/web', { annotations: externalDns.annotationsFor(HOSTNAME, tunnel) });
    await addCloudflared(world, 'stage/edge', {
      tunnel,
      rules: [{ hostname: HOSTNAME, service: 'http://web.stage:80' }],
    });
    await externalDns.installExternalDns(world);
    controller = externalDns.startExternalDns(world, { tunnel, service: 'stage/web', hostname: HOSTNAME });
    await served(world, [HOSTNAME]);
  });
  afterAll(() => controller?.stop());

  it('loses no request of the hostname, although external-dns deletes what it owns', async () => {
    expect(await lostWhileMigrating('external-dns', [HOSTNAME])).toEqual({ [HOSTNAME]: {} });
  });

  it('ends with the record in our hands, and external-dns running without it', async () => {
    const marks = ['cftunnel.io owner=test/stage/edge'];
    expect(await ours('stage/edge', ['stage/web'], [HOSTNAME])).toEqual({ tunnelId, marks });
    expect(textRecords().filter((name) => name.includes(HOSTNAME))).toEqual([]);
    expect(await replicasOf(externalDns.CONTROLLER)).toBe(1);
    const { annotations = {} } = (await world.kube.get('Service', 'stage/web')).metadata;
    expect(Object.keys(annotations).filter((key) => key.startsWith(externalDns.PREFIX))).toEqual([]);
  });

  it('finds nothing when it is run again', async () => {
    expect(await cli.run('migrate', 'external-dns', '--apply')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing of external-dns with a tunnel as its target was found in the cluster\n',
    });
  });
});

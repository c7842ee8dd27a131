import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, ready, recordAt } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** Secrets are read every 10 s, not watched. */
const POLLED = { everyMs: 100 };

const FINALIZER = 'cftunnel.io/finalizer';
const NAMES = ['deleted', 'edited', 'unproxied'] as const;
const HOSTNAMES = NAMES.map((name) => `${name}.example.com`);

const CREDENTIALS = 'home-cloudflared-credentials';
const HARMS: readonly (readonly [string, (key: string) => Promise<unknown>])[] = [
  ['loses its file', (key) => world.kube.patch('Secret', key, { data: { 'credentials.json': null } })],
  ['loses its token', (key) => world.kube.patch('Secret', key, { data: { token: null } })],
  ['gets another file', (key) => world.kube.patch('Secret', key, { data: { 'credentials.json': btoa('{}') } })],
  ['gets another token', (key) => world.kube.patch('Secret', key, { data: { token: btoa('none') } })],
  ['is deleted', (key) => world.kube.delete('Secret', key)],
];

const world = useWorld({ flags: ['--drift-interval=2s'] });
const credentialsBefore: KubeObject['data'][] = [];

beforeAll(async () => {
  await furnishRecords();
  await furnishCredentials();
  // The next pass, up to 10 s away, finds both. The watched objects are tested meanwhile.
  harmRecords();
  await harmCredentials();
});

describe('the objects of a Tunnel', () => {
  const EDITS: readonly (readonly [Kind, unknown])[] = [
    ['ConfigMap', { data: { 'config.yaml': 'ingress: []' } }],
    ['ConfigMap', { data: { 'routes.json': 'not JSON' } }],
    ['ConfigMap', { data: null }],
    ['Deployment', { spec: { replicas: 7 } }],
    ['Deployment', { spec: { template: { metadata: { annotations: { 'cftunnel.io/config-hash': 'other' } } } } }],
    ['Deployment', { spec: { minReadySeconds: 99 } }],
    ['Deployment', { metadata: { labels: { 'app.kubernetes.io/part-of': null } } }],
    ['ServiceAccount', { automountServiceAccountToken: true }],
    ['PodDisruptionBudget', { spec: { minAvailable: 0 } }],
  ];
  const KINDS = [...new Set(EDITS.map(([kind]) => kind))];
  let whole: ReadonlyMap<Kind, KubeObject>;

  beforeAll(async () => {
    await world.addNamespace('owned');
    await world.kube.create(tunnel('owned/home'));
    await world.kube.create(service('owned/web', { tunnel: 'home', hostname: 'owned.example.com' }));
    await exposed(world, 'owned/web', ['owned.example.com']);
    const kinds = [...new Set(EDITS.map(([kind]) => kind))];
    whole = new Map(
      await Promise.all(
        kinds.map(async (kind) => [kind, await world.kube.get(kind, 'owned/home-cloudflared')] as const),
      ),
    );
  });

  it.each(EDITS)('are repaired when a %s is edited by hand: %j', async (kind, edit) => {
    await world.kube.patch(kind, 'owned/home-cloudflared', edit);

    await eventually(async () => expectWhole(await world.kube.get(kind, 'owned/home-cloudflared')));
  });

  it.each(KINDS)('are recreated when the %s is deleted by hand', async (kind) => {
    const { metadata } = await world.kube.get(kind, 'owned/home-cloudflared');

    await world.kube.delete(kind, 'owned/home-cloudflared');

    await eventually(async () => {
      const made = await world.kube.get(kind, 'owned/home-cloudflared');
      expect(made.metadata.uid).not.toBe(metadata.uid);
      expectWhole(made);
    });
  });

  it.each(KINDS)('are repaired when the %s loses the label that selects it', async (kind) => {
    const labels = { 'app.kubernetes.io/managed-by': null };

    await world.kube.patch(kind, 'owned/home-cloudflared', { metadata: { labels } });

    await eventually(async () => expectWhole(await world.kube.get(kind, 'owned/home-cloudflared')));
  });

  it('keep what others add', async () => {
    await ready(world, 'owned/home');
    const labels = { 'example.com/team': 'edge' };

    await world.kube.patch('ConfigMap', 'owned/home-cloudflared', { metadata: { labels } });
    await world.kube.patch('Deployment', 'owned/home-cloudflared', { metadata: { annotations: labels, labels } });
    await world.kube.annotate('Tunnel', 'owned/home', { 'example.com/note': 'look' });
    await world.settled();

    expect((await world.kube.get('ConfigMap', 'owned/home-cloudflared')).metadata.labels).toMatchObject(labels);
    expect((await world.kube.get('Deployment', 'owned/home-cloudflared')).metadata.labels).toMatchObject(labels);
  });

  function expectWhole(object: KubeObject): void {
    const before = whole.get(object.kind as Kind);
    expect(object.metadata.labels).toEqual(before?.metadata.labels);
    expect(object.metadata.ownerReferences).toEqual(before?.metadata.ownerReferences);
    expect({ data: object.data, spec: object.spec, token: object['automountServiceAccountToken'] }).toEqual({
      data: before?.data,
      spec: before?.spec,
      token: before?.['automountServiceAccountToken'],
    });
  }
});

describe('the credentials Secret', () => {
  it.each(HARMS.map(([what], index) => [what, index] as const))(
    'is complete again after it %s',
    async (_what, index) => {
      const key = `harmed-${index}/${CREDENTIALS}`;

      await eventually(
        async () => expect((await world.kube.get('Secret', key)).data).toEqual(credentialsBefore[index]),
        POLLED,
      );
    },
  );
});

describe('records', () => {
  it.each(NAMES)('that are %s by hand are repaired by the drift check', async (name) => {
    const { status } = await world.kube.get('Tunnel', 'records/home');
    const wanted = { type: 'CNAME', content: status?.['target'], proxied: true };

    await eventually(() => expect(recordAt(world, `${name}.example.com`)).toMatchObject(wanted), POLLED);
  });

  it('of others are never touched, nor are foreign finalizers', async () => {
    await world.kube.delete('Service', 'records/web');
    await eventually(async () =>
      expect((await world.kube.get('Service', 'records/web')).metadata.finalizers).toEqual(['example.com/foreign']),
    );
    await world.kube.delete('Tunnel', 'records/home');
    await world.settled();

    expect(recordAt(world, 'foreign.example.com')).toMatchObject({ type: 'A', content: '192.0.2.1' });
    expect(recordAt(world, 'other.example.com')).toMatchObject({ content: 'elsewhere.example.net', comment: null });
    expect(HOSTNAMES.map((hostname) => recordAt(world, hostname))).toEqual([undefined, undefined, undefined]);
    await world.kube.patch('Service', 'records/web', { metadata: { finalizers: null } });
  });
});

async function furnishCredentials(): Promise<void> {
  for (const index of HARMS.keys()) {
    await world.addNamespace(`harmed-${index}`);
    await world.kube.create(tunnel(`harmed-${index}/home`, { replicas: 1 }));
  }
  for (const index of HARMS.keys()) await ready(world, `harmed-${index}/home`);
}

async function harmCredentials(): Promise<void> {
  for (const [index, [, harm]] of HARMS.entries()) {
    const key = `harmed-${index}/${CREDENTIALS}`;
    credentialsBefore.push((await world.kube.get('Secret', key)).data);
    await harm(key);
  }
}

async function furnishRecords(): Promise<void> {
  await world.addNamespace('records');
  await world.kube.create(tunnel('records/home', { replicas: 1 }));
  await world.kube.create(service('records/web', { tunnel: 'home', hostname: HOSTNAMES.join(',') }));
  await exposed(world, 'records/web', HOSTNAMES);
  await world.kube.patch('Service', 'records/web', { metadata: { finalizers: ['example.com/foreign', FINALIZER] } });
}

function harmRecords(): void {
  const { admin } = world.cloudflare;
  const idOf = (hostname: string): string => recordAt(world, hostname)?.id ?? '';
  admin.addRecord('example.com', { name: 'foreign.example.com', type: 'A', content: '192.0.2.1' });
  admin.addRecord('example.com', { name: 'other.example.com', type: 'CNAME', content: 'elsewhere.example.net' });
  admin.deleteRecord('example.com', idOf('deleted.example.com'));
  admin.editRecord('example.com', idOf('edited.example.com'), { content: 'x.example.net' });
  admin.editRecord('example.com', idOf('unproxied.example.com'), { proxied: false });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import {
  aConfigMap,
  aDefinition,
  aDeployment,
  aNamespace,
  aPod,
  aService,
  aTunnel,
  CONFIG_MAPS,
  DEFINITIONS,
  DEPLOYMENTS,
  objectOf,
  PODS,
  SERVICES,
  TUNNELS,
} from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  await client.post(DEFINITIONS, aDefinition(objectOf({ name: { type: 'string' } })));
});
afterAll(() => sandbox.stop());

const HELD = { finalizers: ['example.org/hold'] };

describe('delete', () => {
  it('returns a Status with the uid, or the object itself, depending on the kind', async () => {
    const { body: map } = await client.post(CONFIG_MAPS, aConfigMap('gone'));
    await client.post(SERVICES, aService('gone'));
    const status = await client.delete(`${CONFIG_MAPS}/gone`);
    const object = await client.delete(`${SERVICES}/gone`);
    const again = await client.delete(`${CONFIG_MAPS}/gone`);

    expect(status.body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'gone', kind: 'configmaps', uid: map.metadata.uid },
    });
    expect(object.body).toMatchObject({ kind: 'Service', metadata: { name: 'gone' } });
    expect(again.status).toBe(404);
  });

  it('only marks an object with finalizers, which is a change of generation for a custom resource', async () => {
    await client.post(TUNNELS, aTunnel('held', {}, HELD));
    const { status, body } = await client.delete(`${TUNNELS}/held`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'Tunnel',
      metadata: { generation: 2, deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
    });
  });

  it('removes the object with its last finalizer, by any kind of write', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('released', {}, { finalizers: ['a.io/a', 'b.io/b'] }));
    await client.delete(`${CONFIG_MAPS}/released`);
    const first = await client.patch('merge', `${CONFIG_MAPS}/released`, { metadata: { finalizers: ['b.io/b'] } });
    const last = await client.patch('json', `${CONFIG_MAPS}/released`, [
      { op: 'remove', path: '/metadata/finalizers' },
    ]);
    const read = await client.get(`${CONFIG_MAPS}/released`);

    expect([first.status, last.status, read.status]).toEqual([200, 200, 404]);
  });

  it('allows no new finalizers once it has started', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('closed', {}, HELD));
    await client.delete(`${CONFIG_MAPS}/closed`);
    const { status, body } = await client.patch('merge', `${CONFIG_MAPS}/closed`, {
      metadata: { finalizers: ['example.org/hold', 'example.org/more'] },
    });

    expect(status).toBe(422);
    expect(body.message).toContain(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.org/more"}',
    );
  });

  it('checks preconditions', async () => {
    const { body: map } = await client.post(CONFIG_MAPS, aConfigMap('guarded'));
    const uid = await client.delete(`${CONFIG_MAPS}/guarded`, { preconditions: { uid: 'other' } });
    const version = await client.delete(`${CONFIG_MAPS}/guarded`, { preconditions: { resourceVersion: '1' } });
    const right = await client.delete(`${CONFIG_MAPS}/guarded`, { preconditions: { uid: map.metadata.uid } });

    expect([uid.status, version.status, right.status]).toEqual([409, 409, 200]);
    expect(uid.body.message).toContain(
      `Precondition failed: UID in precondition: other, UID in object meta: ${map.metadata.uid}`,
    );
  });

  it.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])('with propagation %s waits for the garbage collector', async (propagationPolicy, finalizers) => {
    const name = propagationPolicy.toLowerCase();
    await client.post(DEPLOYMENTS, aDeployment(name));
    const { body } = await client.delete(`${DEPLOYMENTS}/${name}`, { propagationPolicy });

    expect(body.metadata).toMatchObject({ finalizers, deletionTimestamp: expect.any(String) });
  });

  it('stores nothing on a dry run', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('kept'));
    const dry = await client.delete(`${CONFIG_MAPS}/kept?dryRun=All`);
    const read = await client.get(`${CONFIG_MAPS}/kept`);

    expect([dry.status, read.status]).toEqual([200, 200]);
  });

  it('deletes a selected collection and lists the deleted objects', async () => {
    for (const name of ['x1', 'x2', 'y1']) {
      await client.post(CONFIG_MAPS, aConfigMap(name, {}, { labels: { set: name.slice(0, 1) } }));
    }
    const { body } = await client.delete(`${CONFIG_MAPS}?labelSelector=set%3Dx`);
    const rest = await client.get(`${CONFIG_MAPS}?labelSelector=set`);

    expect([body.kind, body.items.map((item) => item.metadata.name)]).toEqual(['ConfigMapList', ['x1', 'x2']]);
    expect(rest.body.items.map((item) => item.metadata.name)).toEqual(['y1']);
  });
});

describe('deleting a Pod', () => {
  it('is immediate before it is bound to a node', async () => {
    await client.post(PODS, aPod('unbound'));
    await client.delete(`${PODS}/unbound`);

    expect((await client.get(`${PODS}/unbound`)).status).toBe(404);
  });

  it('keeps a bound Pod until its kubelet deletes it without grace period', async () => {
    await client.post(PODS, aPod('bound', { nodeName: 'n1', terminationGracePeriodSeconds: 7 }));
    const marked = await client.delete(`${PODS}/bound`);
    const kept = await client.get(`${PODS}/bound`);
    await client.delete(`${PODS}/bound`, { gracePeriodSeconds: 0 });
    const gone = await client.get(`${PODS}/bound`);

    expect(marked.body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 7,
    });
    expect([kept.status, gone.status]).toEqual([200, 404]);
  });
});

describe('namespaces', () => {
  it('exist from the start, each with a uid', async () => {
    const { body } = await client.get('/api/v1/namespaces');

    expect(body.items.map((item) => item.metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(new Set(body.items.map((item) => item.metadata.uid)).size).toBe(4);
  });

  it('must exist before anything is created in them', async () => {
    const { status, body } = await client.post('/api/v1/namespaces/nope/configmaps', aConfigMap('x'));

    expect([status, body.message]).toEqual([404, 'namespaces "nope" not found']);
  });

  it('reject new content while they are terminating, and disappear when they are finalized', async () => {
    const { body: created } = await client.post('/api/v1/namespaces', aNamespace('tt'));
    const deleted = await client.delete('/api/v1/namespaces/tt');
    const refused = await client.post('/api/v1/namespaces/tt/configmaps', aConfigMap('x'));
    await client.put('/api/v1/namespaces/tt/finalize', { ...aNamespace('tt'), spec: { finalizers: [] } });
    const gone = await client.get('/api/v1/namespaces/tt');

    expect(created).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
    expect(deleted.body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'configmaps "x" is forbidden: unable to create new content in namespace tt because it is being terminated',
    ]);
    expect(gone.status).toBe(404);
  });

  it('cannot be deleted if every cluster needs them', async () => {
    const { status, body } = await client.delete('/api/v1/namespaces/kube-system');

    expect([status, body.message]).toEqual([
      403,
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import {
  aCondition,
  aConfigMap,
  aDefinition,
  aDeployment,
  aService,
  aTunnel,
  CONFIG_MAPS,
  DEFINITIONS,
  DEPLOYMENTS,
  objectOf,
  SERVICES,
  TUNNELS,
} from '../support/objects.ts';
import { entriesOf, fieldsOf } from '../support/owners.ts';

let sandbox: KubernetesSandbox;
let client: Client;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  sandbox = await startKubernetes({ now: () => now });
  client = new Client(sandbox.url);
  const item = objectOf({ host: { type: 'string' }, port: { type: 'integer' } }, { required: ['host'] });
  await client.post(
    DEFINITIONS,
    aDefinition(
      objectOf({
        replicas: { type: 'integer', default: 2 },
        plain: { type: 'array', items: { type: 'string' } },
        zones: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        routes: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['host'] },
        origin: objectOf({ a: { type: 'string' }, b: { type: 'string' } }),
        selector: objectOf({ a: { type: 'string' } }, { 'x-kubernetes-map-type': 'atomic' }),
      }),
      { subresources: { status: {} } },
    ),
  );
});
afterAll(() => sandbox.stop());

/** The Tunnel `ordered` with one route per host. */
function orderedRoutes(...hosts: readonly string[]): object {
  return aTunnel('ordered', { routes: hosts.map((host) => ({ host })) });
}

/** The status of the Service `conditions`, as its owner applies it. */
function statusOf(status: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'conditions' }, status };
}

describe('server-side apply', () => {
  it('creates, then updates', async () => {
    const first = await client.apply('me', `${CONFIG_MAPS}/upsert`, aConfigMap('upsert', { a: '1' }));
    const second = await client.apply('me', `${CONFIG_MAPS}/upsert`, aConfigMap('upsert', { a: '2' }));

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body['data']).toEqual({ a: '2' });
    expect(fieldsOf(second.body, 'me')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  it('changes nothing, not even a timestamp, if nothing is new', async () => {
    const first = await client.apply('me', `${CONFIG_MAPS}/idle`, aConfigMap('idle'));
    now += 60_000;
    const second = await client.apply('me', `${CONFIG_MAPS}/idle`, aConfigMap('idle'));

    expect(second.body).toEqual(first.body);
  });

  it('removes what its manager no longer applies', async () => {
    await client.apply('me', `${CONFIG_MAPS}/drop`, aConfigMap('drop', { a: '1', b: '2' }, { labels: { x: 'y' } }));
    const { body } = await client.apply('me', `${CONFIG_MAPS}/drop`, aConfigMap('drop', { b: '2' }));

    expect(body['data']).toEqual({ b: '2' });
    expect(body.metadata.labels).toBeUndefined();
  });

  it('keeps what another manager also applies or has written', async () => {
    await client.apply('me', `${CONFIG_MAPS}/shared`, aConfigMap('shared', { a: '1', b: '2' }));
    await client.apply('you', `${CONFIG_MAPS}/shared`, aConfigMap('shared', { a: '1' }));
    await client.patch('merge', `${CONFIG_MAPS}/shared?fieldManager=editor`, { data: { c: '3' } });
    const { body } = await client.apply('me', `${CONFIG_MAPS}/shared`, { ...aConfigMap('shared'), data: {} });

    expect(body['data']).toEqual({ a: '1', c: '3' });
    expect(fieldsOf(body, 'you')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  it('rejects changes to fields of another manager, names it, and changes nothing', async () => {
    await client.apply('owner', `${CONFIG_MAPS}/contested`, aConfigMap('contested', { a: '1', b: '1', c: '1' }));
    const one = await client.apply('intruder', `${CONFIG_MAPS}/contested`, aConfigMap('contested', { a: '2', c: '1' }));
    const two = await client.apply('intruder', `${CONFIG_MAPS}/contested`, aConfigMap('contested', { a: '2', b: '2' }));
    const read = await client.get(`${CONFIG_MAPS}/contested`);

    expect([one.status, one.body.reason]).toEqual([409, 'Conflict']);
    expect(one.body.message).toBe('Apply failed with 1 conflict: conflict with "owner": .data.a');
    expect(one.body.details?.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "owner"', field: '.data.a' },
    ]);
    expect(two.body.message).toBe('Apply failed with 2 conflicts: conflicts with "owner":\n- .data.a\n- .data.b');
    expect(read.body['data']).toEqual({ a: '1', b: '1', c: '1' });
  });

  it('reports the API version of a manager that does not apply', async () => {
    await client.post(`${CONFIG_MAPS}?fieldManager=writer`, aConfigMap('written', { a: '1' }));
    const { body } = await client.apply('me', `${CONFIG_MAPS}/written`, aConfigMap('written', { a: '2' }));

    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "writer" using v1: .data.a');
  });

  it('takes over fields by force from their previous owner', async () => {
    await client.apply('owner', `${CONFIG_MAPS}/forced`, aConfigMap('forced', { a: '1', b: '1' }));
    const { status, body } = await client.apply(
      'me',
      `${CONFIG_MAPS}/forced`,
      aConfigMap('forced', { a: '2' }),
      '&force=true',
    );

    expect(status).toBe(200);
    expect(body['data']).toEqual({ a: '2', b: '1' });
    expect(fieldsOf(body, 'owner')).toEqual({ 'f:data': { 'f:b': {} } });
    expect(fieldsOf(body, 'me')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  it('takes over a field of an applier whose value another manager has changed', async () => {
    await client.apply('me', `${CONFIG_MAPS}/edited`, aConfigMap('edited', { a: '1', b: '1' }));
    const { body } = await client.patch('merge', `${CONFIG_MAPS}/edited?fieldManager=editor`, { data: { a: '2' } });

    expect(fieldsOf(body, 'me')).toEqual({ 'f:data': { 'f:b': {} } });
    expect(fieldsOf(body, 'editor', 'Update')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  it('merges keyed lists of built-in kinds by item and owns other lists as a whole', async () => {
    const mine = aDeployment('lists', {
      args: ['a'],
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', value: '1' }],
    });
    const yours = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'lists' },
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] } } },
    };
    await client.apply('me', `${DEPLOYMENTS}/lists`, mine);
    const { body } = await client.apply('you', `${DEPLOYMENTS}/lists`, yours);

    expect(body['spec']).toMatchObject({
      template: { spec: { containers: [{ env: [{ name: 'A' }, { name: 'B' }] }] } },
    });
    expect(fieldsOf(body, 'me')).toMatchObject({
      'f:spec': {
        'f:selector': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"main"}': {
                '.': {},
                'f:args': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
              },
            },
          },
        },
      },
    });
  });

  it('follows the list types of a custom resource', async () => {
    const mine = aTunnel('lists', {
      zones: ['a'],
      plain: ['x'],
      routes: [{ host: 'a', port: 1 }],
      selector: { a: '1' },
    });
    await client.apply('me', `${TUNNELS}/lists`, mine);
    const { body } = await client.apply(
      'you',
      `${TUNNELS}/lists`,
      aTunnel('lists', { zones: ['b'], routes: [{ host: 'b' }] }),
    );
    const conflict = await client.apply(
      'you',
      `${TUNNELS}/lists`,
      aTunnel('lists', { plain: ['y'], selector: { a: '2' } }),
    );

    expect(body['spec']).toMatchObject({ zones: ['a', 'b'], routes: [{ host: 'a', port: 1 }, { host: 'b' }] });
    expect(fieldsOf(body, 'you')).toEqual({
      'f:spec': { 'f:zones': { 'v:"b"': {} }, 'f:routes': { 'k:{"host":"b"}': { '.': {}, 'f:host': {} } } },
    });
    expect(conflict.body.details?.causes.map(({ field }) => field)).toEqual(['.spec.plain', '.spec.selector']);
  });

  it('removes a list item and an emptied container if nobody else owns their content', async () => {
    await client.apply(
      'me',
      `${TUNNELS}/emptied`,
      aTunnel('emptied', { routes: [{ host: 'a' }, { host: 'b' }], origin: { a: '1' } }),
    );
    const { body } = await client.apply('me', `${TUNNELS}/emptied`, aTunnel('emptied', { routes: [{ host: 'b' }] }));

    expect(body['spec']).toEqual({ replicas: 2, routes: [{ host: 'b' }] });
  });

  it('keeps its own order and leaves the items of others in place', async () => {
    await client.apply('you', `${TUNNELS}/ordered`, orderedRoutes('a', 'x', 'b'));
    const { body } = await client.apply('me', `${TUNNELS}/ordered`, orderedRoutes('a', 'b', 'c'));

    expect(body['spec']).toMatchObject({ routes: [{ host: 'a' }, { host: 'x' }, { host: 'b' }, { host: 'c' }] });
  });

  it('ignores a status sent to the main path, and records no owner for it', async () => {
    const { body } = await client.apply('me', `${TUNNELS}/main`, {
      ...aTunnel('main', { plain: ['x'] }),
      status: { a: 'b' },
    });

    expect(body).not.toHaveProperty('status');
    expect(fieldsOf(body, 'me')).toEqual({ 'f:spec': { 'f:plain': {} } });
  });

  it('does not own defaults', async () => {
    const { body } = await client.apply('me', `${TUNNELS}/defaulted`, aTunnel('defaulted', { origin: { a: '1' } }));

    expect(body['spec']).toMatchObject({ replicas: 2 });
    expect(fieldsOf(body, 'me')).toEqual({ 'f:spec': { 'f:origin': { 'f:a': {} } } });
  });

  it('separates owners of the status from owners of the spec', async () => {
    const { body: object } = await client.apply('me', `${TUNNELS}/status`, aTunnel('status', { origin: { a: '1' } }));
    const status = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { name: 'status' },
      status: { phase: 'Up' },
    };
    const { body } = await client.apply('me', `${TUNNELS}/status/status`, status);

    expect(body).toMatchObject({ spec: { origin: { a: '1' } }, status: { phase: 'Up' } });
    expect(entriesOf(body).map(({ subresource = '' }) => subresource)).toEqual(['', 'status']);
    expect(entriesOf(body)[1]?.fieldsV1).toEqual({ 'f:status': { 'f:phase': {} } });
  });

  it('lets every applier own its conditions of a Service', async () => {
    await client.post(SERVICES, aService('conditions'));
    await client.apply('me', `${SERVICES}/conditions/status`, statusOf({ conditions: [aCondition('a/Mine')] }));
    await client.apply('you', `${SERVICES}/conditions/status`, statusOf({ conditions: [aCondition('b/Yours')] }));
    const { body } = await client.apply('me', `${SERVICES}/conditions/status`, statusOf({}));

    expect(body['status']).toEqual({ loadBalancer: {}, conditions: [aCondition('b/Yours')] });
  });

  it('records no owner after a reset, and protects the old content from the first apply', async () => {
    await client.post(`${CONFIG_MAPS}?fieldManager=writer`, aConfigMap('reset', { a: '1' }));
    const { body: reset } = await client.patch('merge', `${CONFIG_MAPS}/reset`, { metadata: { managedFields: [{}] } });
    const conflict = await client.apply('me', `${CONFIG_MAPS}/reset`, aConfigMap('reset', { a: '2' }));

    expect(entriesOf(reset)).toEqual([]);
    expect(conflict.body.message).toContain('conflict with "before-first-apply" using v1: .data.a');
  });

  it('requires a manager, and accepts no managedFields', async () => {
    const anonymous = await client.patch('apply', `${CONFIG_MAPS}/x`, aConfigMap('x'));
    const managed = await client.apply(
      'me',
      `${CONFIG_MAPS}/x`,
      aConfigMap('x', {}, { managedFields: [{ manager: 'me' }] }),
    );

    expect(anonymous.status).toBe(422);
    expect(anonymous.body.message).toContain('fieldManager: Required value: is required for apply patch');
    expect([managed.status, managed.body.message]).toEqual([400, 'metadata.managedFields must be nil']);
  });

  it('is a conflict if it contains a stale version', async () => {
    const { body } = await client.apply('me', `${CONFIG_MAPS}/pinned`, aConfigMap('pinned', { a: '1' }));
    const { resourceVersion } = body.metadata;
    await client.patch('merge', `${CONFIG_MAPS}/pinned`, { data: { b: '1' } });
    const { status } = await client.apply(
      'me',
      `${CONFIG_MAPS}/pinned`,
      aConfigMap('pinned', { a: '2' }, { resourceVersion }),
    );

    expect(status).toBe(409);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, aDeployment, aService, CONFIG_MAPS, DEPLOYMENTS, SERVICES } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

describe('create', () => {
  it('sets uid, version and creation time', async () => {
    const { status, body } = await client.post(CONFIG_MAPS, aConfigMap('stamped'));

    expect(status).toBe(201);
    expect(body.metadata).toMatchObject({
      name: 'stamped',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('rejects a name that exists', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('taken'));
    const { status, body } = await client.post(CONFIG_MAPS, aConfigMap('taken'));

    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: 'AlreadyExists',
      message: 'configmaps "taken" already exists',
      details: { name: 'taken', kind: 'configmaps' },
    });
  });

  it('completes generateName with five characters without vowels', async () => {
    const { body } = await client.post(CONFIG_MAPS, { ...aConfigMap(''), metadata: { generateName: 'gen-' } });

    expect(body.metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it.each([
    { case: 'a bad name', metadata: { name: 'Bad_Name' }, field: 'metadata.name', text: /RFC 1123 subdomain/ },
    {
      case: 'no name at all',
      metadata: { name: '' },
      field: 'metadata.name',
      text: /Required value: name or generateName is required/,
    },
    {
      case: 'a bad label value',
      metadata: { name: 'l', labels: { a: '-' } },
      field: 'metadata.labels',
      text: /a valid label must be/,
    },
    {
      case: 'a long label',
      metadata: { name: 'l', labels: { a: 'x'.repeat(64) } },
      field: 'metadata.labels',
      text: /must be no more than 63/,
    },
    {
      case: 'a bad label key',
      metadata: { name: 'l', labels: { 'a/b/c': 'x' } },
      field: 'metadata.labels',
      text: /a qualified name must consist/,
    },
    {
      case: 'a bad finalizer',
      metadata: { name: 'l', finalizers: ['no slash!'] },
      field: 'metadata.finalizers',
      text: /name part must consist/,
    },
  ])('rejects $case with a cause', async ({ metadata, field, text }) => {
    const { status, body } = await client.post(CONFIG_MAPS, { ...aConfigMap(''), metadata });

    expect(status).toBe(422);
    expect(body.details?.causes[0]).toMatchObject({ field, message: expect.stringMatching(text) });
  });

  it('rejects a body of another kind or namespace, or invalid JSON', async () => {
    const kind = await client.post(CONFIG_MAPS, aService('web'));
    const namespace = await client.post(CONFIG_MAPS, aConfigMap('other', {}, { namespace: 'kube-system' }));
    const garbage = await client.request('POST', CONFIG_MAPS, '{', { 'content-type': 'application/json' });
    const media = await client.request('POST', CONFIG_MAPS, 'x', { 'content-type': 'text/csv' });

    expect([kind.status, namespace.status, garbage.status, media.status]).toEqual([400, 400, 400, 415]);
    expect(namespace.body.message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  it('accepts YAML', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: b}\n';
    const { status } = await client.request('POST', CONFIG_MAPS, yaml, { 'content-type': 'application/yaml' });

    expect(status).toBe(201);
  });

  it('stores nothing on a dry run, but validates everything', async () => {
    const fine = await client.post(`${CONFIG_MAPS}?dryRun=All`, aConfigMap('dry'));
    const bad = await client.post(`${CONFIG_MAPS}?dryRun=All`, aConfigMap('Dry'));
    const read = await client.get(`${CONFIG_MAPS}/dry`);

    expect([fine.status, bad.status, read.status]).toEqual([201, 422, 404]);
  });
});

describe('read', () => {
  it('returns 404 with the name of the resource and its group', async () => {
    const { status, body } = await client.get(`${DEPLOYMENTS}/nope`);

    expect(status).toBe(404);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'NotFound',
      message: 'deployments.apps "nope" not found',
      details: { name: 'nope', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it('returns 405 for a method that the path does not support', async () => {
    const { status, body } = await client.post('/api/v1/configmaps', aConfigMap('x'));

    expect([status, body.reason]).toEqual([405, 'MethodNotAllowed']);
  });
});

describe('update', () => {
  it('rejects a stale version', async () => {
    const { body: old } = await client.post(CONFIG_MAPS, aConfigMap('stale'));
    await client.put(`${CONFIG_MAPS}/stale`, { ...old, data: { key: 'new' } });
    const { status, body } = await client.put(`${CONFIG_MAPS}/stale`, { ...old, data: { key: 'newer' } });

    expect([status, body.reason]).toEqual([409, 'Conflict']);
    expect(body.message).toBe(
      'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('needs no version for a ConfigMap, but the correct uid and name', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('blind'));
    const blind = await client.put(`${CONFIG_MAPS}/blind`, aConfigMap('blind', { key: 'x' }));
    const uid = await client.put(`${CONFIG_MAPS}/blind`, aConfigMap('blind', { key: 'y' }, { uid: 'other' }));
    const name = await client.put(`${CONFIG_MAPS}/blind`, aConfigMap('seeing'));
    const missing = await client.put(`${CONFIG_MAPS}/missing`, aConfigMap('missing'));

    expect([blind.status, uid.status, name.status, missing.status]).toEqual([200, 409, 400, 404]);
  });

  it('keeps version and history if nothing changes', async () => {
    const { body: first } = await client.post(CONFIG_MAPS, aConfigMap('same'));
    const { body: put } = await client.put(`${CONFIG_MAPS}/same`, first);
    const { body: merged } = await client.patch('merge', `${CONFIG_MAPS}/same`, { data: { key: 'value' } });

    expect(put.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(merged.metadata).toEqual(first.metadata);
  });

  it('gives every change its own, later version', async () => {
    const versions: number[] = [];
    for (const name of ['v1', 'v2', 'v3']) {
      const { body } = await client.post(CONFIG_MAPS, aConfigMap(name));
      versions.push(Number(body.metadata.resourceVersion));
    }

    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
  });

  it('counts generations for changes of the spec, not of metadata or status', async () => {
    await client.post(DEPLOYMENTS, aDeployment('counted'));
    const labelled = await client.patch('merge', `${DEPLOYMENTS}/counted`, { metadata: { labels: { a: 'b' } } });
    const scaled = await client.patch('merge', `${DEPLOYMENTS}/counted`, { spec: { replicas: 3 } });
    const observed = await client.patch('merge', `${DEPLOYMENTS}/counted/status`, { status: { replicas: 3 } });

    expect([labelled, scaled, observed].map(({ body }) => body.metadata.generation)).toEqual([1, 2, 2]);
  });

  it('changes only the status through /status, and everything else through the main path', async () => {
    await client.post(DEPLOYMENTS, aDeployment('doors'));
    const main = await client.patch('merge', `${DEPLOYMENTS}/doors`, {
      spec: { replicas: 5 },
      status: { replicas: 9 },
    });
    const status = await client.patch('merge', `${DEPLOYMENTS}/doors/status`, {
      metadata: { labels: { a: 'b' } },
      spec: { replicas: 7 },
      status: { replicas: 2 },
    });

    expect(main.body).toMatchObject({ spec: { replicas: 5 }, status: {} });
    expect(status.body).toMatchObject({ spec: { replicas: 5 }, status: { replicas: 2 } });
    expect(status.body.metadata.labels).toBeUndefined();
  });

  it('does not let a client change fields that the server manages', async () => {
    const { body: created } = await client.post(SERVICES, aService('owned'));
    const { body } = await client.patch('merge', `${SERVICES}/owned`, {
      metadata: { creationTimestamp: '2001-01-01T00:00:00Z', generation: 42, labels: { a: 'b' } },
    });

    expect(body.metadata.creationTimestamp).toBe(created.metadata.creationTimestamp);
    expect(body.metadata.generation).toBe(created.metadata.generation);
    expect(body.metadata.labels).toEqual({ a: 'b' });
  });
});

describe('field validation', () => {
  const bogus = { ...aService('bogus'), spec: { ports: [{ port: 80, bogus: 1 }] } };

  it('rejects unknown fields in strict mode', async () => {
    const { status, body } = await client.post(`${SERVICES}?fieldValidation=Strict`, bogus);

    expect(status).toBe(400);
    expect(body.message).toContain('strict decoding error: unknown field "spec.ports[0].bogus"');
  });

  it('warns about them by default, and not at all if they are to be ignored', async () => {
    const warned = await client.post(`${SERVICES}?dryRun=All`, bogus);
    const ignored = await client.post(`${SERVICES}?dryRun=All&fieldValidation=Ignore`, bogus);

    expect(warned.status).toBe(201);
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.ports[0].bogus\\""');
    expect(ignored.headers.get('warning')).toBeNull();
    expect(ignored.body['spec']).not.toHaveProperty('ports.0.bogus');
  });

  it('rejects a value of the wrong type in every mode', async () => {
    const { status, body } = await client.post(DEPLOYMENTS, aDeployment('typed', {}, { replicas: 'three' }));

    expect(status).toBe(400);
    expect(body.message).toContain('json: cannot unmarshal string into Go struct field');
  });
});

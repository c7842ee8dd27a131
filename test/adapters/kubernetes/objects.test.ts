import { describe, expect, it } from '@jest/globals';
import { KubernetesObjects } from '../../../src/adapters/kubernetes/objects.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { ConflictError } from '../../../src/runtime/errors.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json } from '../../support/answers.ts';
import { type Answer, aServer } from '../../support/loopback-server.ts';

const TUNNEL_PATH = '/apis/cftunnel.io/v1alpha1/namespaces/default/tunnels/home';
const signal = new AbortController().signal;

const TUNNEL: KubeObject = {
  apiVersion: 'cftunnel.io/v1alpha1',
  kind: 'Tunnel',
  metadata: { namespace: 'default', name: 'home', uid: 'uid-1', resourceVersion: '7' },
};
const NOT_FOUND = failure(404, 'NotFound', 'tunnels.cftunnel.io "home" not found');
const CONFLICT = failure(409, 'Conflict', 'the object has been modified');

async function aWriter() {
  const server = await aServer();
  const written: KubeObject[] = [];
  const objects = new KubernetesObjects(aRestClient(server.url), (object) => void written.push(object));
  const sent = (route: string) => {
    const { query, headers, body } = server.requests(route).entries[0] ?? {};
    return { query, contentType: headers?.['content-type'], body: JSON.parse(body ?? '') as unknown };
  };
  return { server, objects, written, sent };
}

describe('list', () => {
  const PODS = 'GET /api/v1/namespaces/shop/pods';
  const listing = { namespace: 'shop', labelSelector: 'app=web' };

  it('returns the first page of what is selected, as raw JSON', async () => {
    const { server, objects } = await aWriter();
    server.on(PODS, json({ items: [{ metadata: { name: 'a' }, brandNew: true }] }));

    await expect(objects.list('pods', listing, signal)).resolves.toEqual([{ metadata: { name: 'a' }, brandNew: true }]);
    expect(server.requests(PODS).entries[0]?.query).toEqual({ labelSelector: 'app=web', limit: '60' });
  });

  it('distinguishes a forbidden list from an empty one', async () => {
    const { server, objects } = await aWriter();
    server.on(PODS, failure(403, 'Forbidden', 'pods is forbidden'));

    await expect(objects.list('pods', listing, signal)).resolves.toBeUndefined();
  });

  it('fails if the server fails', async () => {
    const { server, objects } = await aWriter();
    server.on(PODS, failure(500, 'InternalError', 'etcd is away'));

    await expect(objects.list('pods', listing, signal)).rejects.toMatchObject({ reason: 'KubernetesUnavailable' });
  });
});

describe('get', () => {
  it('returns an object as raw JSON', async () => {
    const { server, objects } = await aWriter();
    const secret = { kind: 'Secret', metadata: { name: 'api' }, data: { KEY: 'dmFsdWU=' }, brandNew: true };
    server.on('GET /api/v1/namespaces/default/secrets/api', json(secret));

    await expect(objects.get('secrets', 'default/api', signal)).resolves.toEqual(secret);
  });

  it('reads a cluster-scoped object', async () => {
    const { server, objects } = await aWriter();
    server.on('GET /api/v1/namespaces/kube-system', json({ kind: 'Namespace' }));

    await expect(objects.get('namespaces', 'kube-system', signal)).resolves.toEqual({ kind: 'Namespace' });
  });

  // Invariant 10.
  it.each([
    { code: 403, reason: 'KubernetesRefused' },
    { code: 500, reason: 'KubernetesUnavailable' },
  ])('does not count a $code as a missing object', async ({ code, reason }) => {
    const { server, objects } = await aWriter();
    server.on(`GET ${TUNNEL_PATH}`, failure(code, 'Some', 'no'));

    await expect(objects.get('tunnels', 'default/home', signal)).rejects.toMatchObject({
      reason,
      message: 'Cannot read Tunnel default/home: no',
    });
  });
});

describe('apply', () => {
  it('sends the manifest as a forced server-side apply with our field manager', async () => {
    const { server, objects, sent } = await aWriter();
    const manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'default', name: 'home-cloudflared' },
      spec: { replicas: 2 },
    };
    const route = 'PATCH /apis/apps/v1/namespaces/default/deployments/home-cloudflared';
    server.on(route, json(manifest));

    await objects.apply(manifest, signal);

    expect(sent(route)).toEqual({
      query: { fieldManager: 'cftunnel-operator', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: manifest,
    });
  });

  it('returns what the server stored', async () => {
    const { server, objects, written } = await aWriter();
    const stored = { ...TUNNEL, metadata: { ...TUNNEL.metadata, resourceVersion: '8' } };
    server.on(`PATCH ${TUNNEL_PATH}`, json(stored));

    await expect(objects.apply(TUNNEL, signal)).resolves.toEqual(stored);

    expect(written).toEqual([stored]);
  });

  it.each([
    { case: 'is not valid', answer: failure(422, 'Invalid', 'spec.replicas: Invalid'), reason: 'InvalidSpec' },
    { case: 'has an unknown path', answer: NOT_FOUND, reason: 'KubernetesRefused' },
    { case: 'causes a server error', answer: failure(503, '', 'no leader'), reason: 'KubernetesUnavailable' },
  ])('fails when the manifest $case, and reports no write', async ({ answer, reason }) => {
    const { server, objects, written } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}`, answer);

    await expect(objects.apply(TUNNEL, signal)).rejects.toMatchObject({ name: 'OperatorError', reason });
    expect(written).toEqual([]);
  });
});

describe('applyStatus', () => {
  it('sends only the status, with the uid of the object', async () => {
    const { server, objects, written, sent } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}/status`, json(TUNNEL));

    await objects.applyStatus({ ...TUNNEL, spec: {} } as KubeObject, { replicas: 2 }, signal);

    expect(sent(`PATCH ${TUNNEL_PATH}/status`)).toEqual({
      query: { fieldManager: 'cftunnel-operator', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'cftunnel.io/v1alpha1',
        kind: 'Tunnel',
        metadata: { namespace: 'default', name: 'home', uid: 'uid-1' },
        status: { replicas: 2 },
      },
    });
    expect(written).toEqual([TUNNEL]);
  });
});

// Invariant 11.
describe('setFinalizers', () => {
  it('replaces them with the version that was read', async () => {
    const { server, objects, written, sent } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}`, json(TUNNEL));

    await expect(objects.setFinalizers(TUNNEL, ['cftunnel.io/finalizer'], signal)).resolves.toBe(true);

    expect(sent(`PATCH ${TUNNEL_PATH}`)).toEqual({
      query: { fieldManager: 'cftunnel-operator' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: '7', finalizers: ['cftunnel.io/finalizer'] } },
    });
    expect(written).toEqual([TUNNEL]);
  });
});

describe('annotate', () => {
  const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'a', uid: 'uid-2' } };
  const PATH = 'PATCH /api/v1/namespaces/shop/pods/a';

  it('adds annotations to exactly this object', async () => {
    const { server, objects, sent } = await aWriter();
    server.on(PATH, json(POD));

    await expect(objects.annotate(POD, { note: 'new' }, signal)).resolves.toBe(true);

    expect(sent(PATH)).toEqual({
      query: { fieldManager: 'cftunnel-operator' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { uid: 'uid-2', annotations: { note: 'new' } } },
    });
  });

  it('says so if the object is gone', async () => {
    const { server, objects } = await aWriter();
    server.on(PATH, NOT_FOUND);

    await expect(objects.annotate(POD, {}, signal)).resolves.toBe(false);
  });
});

describe('dryRun', () => {
  it('returns what an apply would store, and reports no write', async () => {
    const { server, objects, written, sent } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}`, json({ ...TUNNEL, spec: { rewritten: true } }));

    await expect(objects.dryRun(TUNNEL, signal)).resolves.toMatchObject({ spec: { rewritten: true } });

    expect(sent(`PATCH ${TUNNEL_PATH}`).query).toEqual({
      fieldManager: 'cftunnel-operator',
      force: 'true',
      dryRun: 'All',
    });
    expect(written).toEqual([]);
  });

  it('returns nothing if a webhook does not support dry runs', async () => {
    const { server, objects } = await aWriter();
    const message = 'admission webhook "quota.example.com" does not support dry run';
    server.on(`PATCH ${TUNNEL_PATH}`, failure(400, 'BadRequest', message));

    await expect(objects.dryRun(TUNNEL, signal)).resolves.toBeUndefined();
  });

  it('otherwise fails like an apply', async () => {
    const { server, objects } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}`, failure(422, 'Invalid', 'no'));

    await expect(objects.dryRun(TUNNEL, signal)).rejects.toMatchObject({ reason: 'InvalidSpec' });
  });
});

describe('setOwners', () => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'uid-2' };

  it('replaces the owners of exactly this object, with the version that was read', async () => {
    const { server, objects, written, sent } = await aWriter();
    server.on(`PATCH ${TUNNEL_PATH}`, json(TUNNEL));

    await expect(objects.setOwners(TUNNEL, [owner], signal)).resolves.toEqual(TUNNEL);

    expect(sent(`PATCH ${TUNNEL_PATH}`)).toEqual({
      query: { fieldManager: 'cftunnel-operator' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { uid: 'uid-1', resourceVersion: '7', ownerReferences: [owner] } },
    });
    expect(written).toEqual([TUNNEL]);
  });
});

describe('delete', () => {
  it.each(['Background', 'Foreground'] as const)(
    'deletes exactly this object, with propagation %s',
    async (propagation) => {
      const { server, objects, sent } = await aWriter();
      server.on(`DELETE ${TUNNEL_PATH}`, json({ kind: 'Status', status: 'Success' }));

      await objects.delete(TUNNEL, propagation, signal);

      expect(sent(`DELETE ${TUNNEL_PATH}`).body).toEqual({
        propagationPolicy: propagation,
        preconditions: { uid: 'uid-1' },
      });
    },
  );
});

type Call = (objects: KubernetesObjects) => Promise<unknown>;

const applyStatus: Call = (objects) => objects.applyStatus(TUNNEL, {}, signal);
const setFinalizers: Call = (objects) => objects.setFinalizers(TUNNEL, [], signal);
const setOwners: Call = (objects) => objects.setOwners(TUNNEL, [], signal);
const remove: Call = (objects) => objects.delete(TUNNEL, 'Background', signal);

async function answering(method: string, answer: Answer) {
  const { server, ...writer } = await aWriter();
  for (const path of [TUNNEL_PATH, `${TUNNEL_PATH}/status`]) server.on(`${method} ${path}`, answer);
  return writer;
}

describe('a missing object', () => {
  it.each<{ case: string; method: string; call: Call; result: unknown }>([
    {
      case: 'is undefined by key',
      method: 'GET',
      call: (all) => all.get('tunnels', 'default/home', signal),
      result: undefined,
    },
    { case: 'is undefined by object', method: 'GET', call: (all) => all.find(TUNNEL, signal), result: undefined },
    { case: 'needs no status', method: 'PATCH', call: applyStatus, result: undefined },
    { case: 'gets no finalizers', method: 'PATCH', call: setFinalizers, result: false },
    { case: 'needs no deletion', method: 'DELETE', call: remove, result: undefined },
  ])('$case', async ({ method, call, result }) => {
    const { objects, written } = await answering(method, NOT_FOUND);

    await expect(call(objects)).resolves.toBe(result);
    expect(written).toEqual([]);
  });
});

describe('an object that somebody else has changed or replaced', () => {
  it.each<{ case: string; method: string; call: Call }>([
    { case: 'its status', method: 'PATCH', call: applyStatus },
    { case: 'its finalizers', method: 'PATCH', call: setFinalizers },
    { case: 'its owners', method: 'PATCH', call: setOwners },
    { case: 'its deletion', method: 'DELETE', call: remove },
  ])('is a conflict for $case', async ({ method, call }) => {
    const { objects } = await answering(method, CONFLICT);

    await expect(call(objects)).rejects.toBeInstanceOf(ConflictError);
  });
});

function deposed(): void {
  throw new ConflictError('another replica may lead by now');
}

describe('a process that no longer leads', () => {
  it('reads, but sends no write at all', async () => {
    const server = await aServer();
    server.on(`GET ${TUNNEL_PATH}`, json(TUNNEL));
    const objects = new KubernetesObjects(aRestClient(server.url), () => undefined, deposed);

    await expect(objects.get('tunnels', 'default/home', signal)).resolves.toEqual(TUNNEL);
    const apply: Call = () => objects.apply(TUNNEL, signal);
    for (const write of [apply, applyStatus, setFinalizers, setOwners, remove])
      await expect(write(objects)).rejects.toThrow(ConflictError);

    expect([...server.requests(`PATCH ${TUNNEL_PATH}`).entries]).toEqual([]);
    expect([...server.requests(`DELETE ${TUNNEL_PATH}`).entries]).toEqual([]);
  });
});

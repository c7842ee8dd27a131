import { describe, expect, it } from '@jest/globals';
import { createLeaseLock } from '../../../src/adapters/kubernetes/lease.ts';
import type { LeaseRecord } from '../../../src/runtime/leader.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json, silence } from '../../support/answers.ts';
import { aServer } from '../../support/loopback-server.ts';

const COLLECTION = '/apis/coordination.k8s.io/v1/namespaces/cftunnel-system/leases';
const PATH = `${COLLECTION}/cftunnel-operator`;

const RECORD: LeaseRecord = {
  version: '7',
  holder: 'pod-1',
  renewedAt: '2026-03-01T10:00:10.000000Z',
  acquiredAt: '2026-03-01T10:00:00.000000Z',
  transitions: 3,
  durationSeconds: 15,
};

const SPEC = {
  holderIdentity: 'pod-1',
  leaseDurationSeconds: 15,
  acquireTime: '2026-03-01T10:00:00.000000Z',
  renewTime: '2026-03-01T10:00:10.000000Z',
  leaseTransitions: 3,
};

function lease(resourceVersion: string, spec: object = SPEC): object {
  const metadata = { name: 'cftunnel-operator', namespace: 'cftunnel-system', resourceVersion };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

async function aLock(timeoutMs = 60_000) {
  const server = await aServer();
  const lock = createLeaseLock(
    aRestClient(server.url),
    { namespace: 'cftunnel-system', name: 'cftunnel-operator' },
    timeoutMs,
  );
  return { server, lock };
}

describe('read', () => {
  it('returns the record of the Lease', async () => {
    const { server, lock } = await aLock();
    server.on(`GET ${PATH}`, json(lease('7')));

    await expect(lock.read()).resolves.toEqual(RECORD);
  });

  it('returns a free record for an empty Lease', async () => {
    const { server, lock } = await aLock();
    server.on(`GET ${PATH}`, json(lease('7', {})));

    await expect(lock.read()).resolves.toEqual({
      version: '7',
      holder: '',
      renewedAt: '',
      acquiredAt: '',
      transitions: 0,
      durationSeconds: 0,
    });
  });

  it('returns nothing if there is no Lease', async () => {
    const { server, lock } = await aLock();
    server.on(`GET ${PATH}`, failure(404, 'NotFound', 'leases "cftunnel-operator" not found'));

    await expect(lock.read()).resolves.toBeUndefined();
  });

  it.each([
    { case: 'is refused', answer: failure(403, 'Forbidden', 'leases is forbidden'), code: 403 },
    { case: 'takes too long', answer: silence, code: 0, timeoutMs: 50 },
  ])('throws when it $case', async ({ answer, code, timeoutMs }) => {
    const { server, lock } = await aLock(timeoutMs);
    server.on(`GET ${PATH}`, answer);

    await expect(lock.read()).rejects.toMatchObject({ code });
  });
});

describe('write', () => {
  it('creates a missing Lease', async () => {
    const { server, lock } = await aLock();
    server.on(`POST ${COLLECTION}`, json(lease('8'), 201));

    const written = await lock.write({ ...RECORD, version: undefined });

    expect(written).toEqual({ ...RECORD, version: '8' });
    expect(JSON.parse(server.requests(`POST ${COLLECTION}`).entries[0]?.body ?? '')).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'cftunnel-operator', namespace: 'cftunnel-system' },
      spec: SPEC,
    });
  });

  it('replaces a Lease with the version that was read', async () => {
    const { server, lock } = await aLock();
    server.on(`PUT ${PATH}`, json(lease('8')));

    const written = await lock.write(RECORD);

    expect(written).toEqual({ ...RECORD, version: '8' });
    expect(JSON.parse(server.requests(`PUT ${PATH}`).entries[0]?.body ?? '')).toEqual(lease('7'));
  });

  it('releases a Lease by omitting the holder, since an empty one is not allowed', async () => {
    const { server, lock } = await aLock();
    server.on(`PUT ${PATH}`, json(lease('8', {})));

    await lock.write({ ...RECORD, holder: '' });

    const { holderIdentity: _, ...released } = SPEC;
    expect(JSON.parse(server.requests(`PUT ${PATH}`).entries[0]?.body ?? '')).toEqual(lease('7', released));
  });

  it.each([
    { case: 'created it', route: `POST ${COLLECTION}`, version: undefined },
    { case: 'changed it', route: `PUT ${PATH}`, version: '7' },
  ])('returns nothing if somebody else $case first', async ({ route, version }) => {
    const { server, lock } = await aLock();
    server.on(route, failure(409, 'Conflict', 'somebody was faster'));

    await expect(lock.write({ ...RECORD, version })).resolves.toBeUndefined();
  });

  it.each([
    { case: 'the server fails', answer: failure(500, 'InternalError', 'etcd is away'), code: 500 },
    { case: 'it takes too long', answer: silence, code: 0, timeoutMs: 50 },
  ])('throws when $case, because the write may have succeeded', async ({ answer, code, timeoutMs }) => {
    const { server, lock } = await aLock(timeoutMs);
    server.on(`PUT ${PATH}`, answer);

    await expect(lock.write(RECORD)).rejects.toMatchObject({ code });
  });
});

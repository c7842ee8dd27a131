import { describe, expect, it } from '@jest/globals';
import type { FaultEffect } from '../../src/cloudflare/http/faults.ts';
import { aCloud, type TestCloud } from './a-cloud.ts';

const CREATE = { method: 'POST', path: /\/cfd_tunnel$/ };
const create = (cloud: TestCloud) => cloud.post(`/accounts/${cloud.account}/cfd_tunnel`, { name: 'home' });
const made = (cloud: TestCloud) => cloud.admin.tunnels(cloud.account).length;

describe('a fault', () => {
  it.each<{ effect: FaultEffect; status: number; type: string }>([
    { effect: { kind: 'reply', status: 503, body: { errors: [] } }, status: 503, type: 'application/json' },
    { effect: { kind: 'html', status: 502 }, status: 502, type: 'text/html' },
    { effect: { kind: 'unsuccessful', errors: [{ code: 1, message: 'no' }] }, status: 200, type: 'application/json' },
    { effect: { kind: 'lock' }, status: 409, type: 'application/json' },
  ])('$effect.kind answers $status without running the request', async ({ effect, status, type }) => {
    const cloud = await aCloud();
    cloud.faults.add({ ...CREATE, effect });

    const answer = await create(cloud);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.body['success'] ?? false).toBe(false);
    expect(made(cloud)).toBe(0);
  });

  it('can set headers', async () => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: { kind: 'reply', status: 429, headers: { 'retry-after': '7' } } });

    expect((await create(cloud)).headers.get('retry-after')).toBe('7');
  });

  it.each([
    { kind: 'drop-before', tunnels: 0 },
    { kind: 'drop-after', tunnels: 1 },
  ] as const)('$kind closes the connection after $tunnels tunnels were created', async ({ kind, tunnels }) => {
    const cloud = await aCloud();
    cloud.faults.add({ ...CREATE, effect: { kind } });

    await expect(create(cloud)).rejects.toThrow('fetch failed');

    expect(made(cloud)).toBe(tunnels);
    expect(cloud.calls.entries).toMatchObject([{ status: 0, method: 'POST' }]);
  });

  it('hold runs the request at once and delays the answer until it is released', async () => {
    const cloud = await aCloud();
    const { promise, resolve } = Promise.withResolvers<void>();
    const fault = cloud.faults.add({ effect: { kind: 'hold', until: promise } });

    const answer = create(cloud);
    while (made(cloud) === 0) await new Promise(setImmediate);
    const firstDone = await Promise.race([answer.then(() => 'answer'), Promise.resolve('nothing')]);
    resolve();

    expect(firstDone).toBe('nothing');
    expect((await answer).status).toBe(200);
    expect(fault.fired()).toBe(1);
  });

  it('delay delays the answer', async () => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: { kind: 'delay', ms: 30 } });
    const startedAt = performance.now();

    await create(cloud);

    expect(performance.now() - startedAt).toBeGreaterThan(25);
  });

  it('stall-body sends the headers and then nothing more', async () => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: { kind: 'stall-body' } });

    const response = await fetch(`${cloud.url}/zones`, { signal: AbortSignal.timeout(100) });

    await expect(response.text()).rejects.toThrow(/timeout/);
  });

  it('truncate sends invalid JSON with status 200', async () => {
    const cloud = await aCloud();
    cloud.faults.add({ effect: { kind: 'truncate' } });

    const response = await fetch(`${cloud.url}/zones`, { headers: { authorization: `Bearer ${cloud.token}` } });

    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(/JSON/);
  });

  it('stale-reads returns an earlier state of lists', async () => {
    let elapsed = 100_000;
    const cloud = await aCloud({ elapsed: () => elapsed });
    const record = { name: 'old', type: 'A', content: '192.0.2.1' };
    const old = cloud.admin.addRecord('example.com', record);
    elapsed += 10_000;
    cloud.admin.deleteRecord('example.com', old.id);
    cloud.admin.addRecord('example.com', { ...record, name: 'new' });
    await create(cloud);
    cloud.faults.add({ method: 'GET', effect: { kind: 'stale-reads', lagMs: 5000 } });

    const records = await cloud.get(`/zones/${cloud.zone}/dns_records`);
    const tunnels = await cloud.get(`/accounts/${cloud.account}/cfd_tunnel`);
    elapsed += 5000;
    const caughtUp = await cloud.get(`/zones/${cloud.zone}/dns_records`);

    expect(records.list.map((entry) => entry['name'])).toEqual(['old.example.com']);
    expect(tunnels.list).toEqual([]);
    expect(caughtUp.list.map((entry) => entry['name'])).toEqual(['new.example.com']);
  });
});

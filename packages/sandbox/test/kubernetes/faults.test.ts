import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { eventually } from '../support/eventually.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, CONFIG_MAPS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeEach(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterEach(() => sandbox.stop());

describe('faults', () => {
  it('return a status a limited number of times', async () => {
    sandbox.faults.add({
      method: 'GET',
      path: /configmaps/,
      times: 2,
      effect: { kind: 'status', status: 503, retryAfterSeconds: 1 },
    });
    const replies = [await client.get(CONFIG_MAPS), await client.get(CONFIG_MAPS), await client.get(CONFIG_MAPS)];

    expect(replies.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(replies[0]?.body).toMatchObject({ kind: 'Status', reason: 'ServiceUnavailable', code: 503 });
    expect(replies[0]?.headers.get('retry-after')).toBe('1');
  });

  it('affect only matching requests, until they are removed', async () => {
    const fault = sandbox.faults.add({ method: 'POST', path: /configmaps/, effect: { kind: 'status', status: 500 } });
    const read = await client.get(CONFIG_MAPS);
    const write = await client.post(CONFIG_MAPS, aConfigMap('a'));
    fault.remove();
    const later = await client.post(CONFIG_MAPS, aConfigMap('a'));

    expect([read.status, write.status, later.status]).toEqual([200, 500, 201]);
    expect(fault.fired()).toBe(1);
  });

  it('drop the connection before the request runs', async () => {
    sandbox.faults.add({ method: 'POST', times: 1, effect: { kind: 'drop' } });

    await expect(client.post(CONFIG_MAPS, aConfigMap('lost'))).rejects.toThrow('fetch failed');
    expect((await client.get(`${CONFIG_MAPS}/lost`)).status).toBe(404);
  });

  it('drop the connection after the write', async () => {
    sandbox.faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(client.post(CONFIG_MAPS, aConfigMap('done'))).rejects.toThrow('fetch failed');
    expect((await client.get(`${CONFIG_MAPS}/done`)).status).toBe(200);
  });

  it('return the page of a broken proxy', async () => {
    sandbox.faults.add({ times: 1, effect: { kind: 'html', status: 502 } });
    const response = await fetch(sandbox.url + CONFIG_MAPS);

    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('text/html');
  });

  it('run the request and send only half of the response', async () => {
    sandbox.faults.add({ method: 'POST', times: 1, effect: { kind: 'truncate' } });
    const request = { method: 'POST', body: JSON.stringify(aConfigMap('half')) };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(sandbox.url + CONFIG_MAPS, { ...request, headers });

    await expect(response.json()).rejects.toMatchObject({ name: 'SyntaxError' });
    expect((await client.get(`${CONFIG_MAPS}/half`)).status).toBe(200);
  });

  it('stall in the middle of a response', async () => {
    sandbox.faults.add({ times: 1, effect: { kind: 'stall' } });
    const response = await fetch(sandbox.url + CONFIG_MAPS, { signal: AbortSignal.timeout(200) });

    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('timeout');
  });

  it('hold a response back until it is released', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    sandbox.faults.add({ method: 'POST', times: 1, effect: { kind: 'hold', until: promise } });
    let isAnswered = false;
    const created = client.post(CONFIG_MAPS, aConfigMap('held')).finally(() => (isAnswered = true));

    await eventually(async () => expect((await client.get(`${CONFIG_MAPS}/held`)).status).toBe(200));
    expect(isAnswered).toBe(false);
    resolve();
    expect((await created).status).toBe(201);
  });

  it('return an earlier state for reads, and apply writes to the current state', async () => {
    const { body: first } = await client.post(CONFIG_MAPS, aConfigMap('a'));
    await client.post(CONFIG_MAPS, aConfigMap('b'));
    sandbox.faults.add({ effect: { kind: 'stale-reads', changes: 1 } });

    const list = await client.get(CONFIG_MAPS);
    const stale = await client.get(`${CONFIG_MAPS}/b`);
    const write = await client.patch('merge', `${CONFIG_MAPS}/b`, { data: { key: 'new' } });
    const seen = await client.get(`${CONFIG_MAPS}/b`);

    expect(list.body.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(list.body.items.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect([stale.status, write.status, seen.status]).toEqual([404, 200, 200]);
    expect(seen.body['data']).toEqual({ key: 'value' });
  });

  it('return the current state if the earlier one is no longer known', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('a'));
    sandbox.faults.expireVersions();
    sandbox.faults.add({ effect: { kind: 'stale-reads', changes: 1 } });

    expect((await client.get(`${CONFIG_MAPS}/a`)).status).toBe(200);
  });

  it('affect a share of the requests, the same ones for the same seed', async () => {
    sandbox.faults.add({ probability: 0.5, effect: { kind: 'status', status: 503 } });
    const statuses = async (): Promise<readonly number[]> => {
      sandbox.faults.seed(7);
      const seen: number[] = [];
      for (let request = 0; request < 20; request += 1) seen.push((await client.get(CONFIG_MAPS)).status);
      return seen;
    };
    const first = await statuses();

    expect(new Set(first)).toEqual(new Set([200, 503]));
    expect(await statuses()).toEqual(first);
  });

  it('delay a response', async () => {
    sandbox.faults.add({ times: 1, effect: { kind: 'delay', ms: 60 } });
    const begin = performance.now();
    await client.get(CONFIG_MAPS);

    expect(performance.now() - begin).toBeGreaterThanOrEqual(50);
  });

  it('end every watch, which can then be opened again', async () => {
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true`);
    sandbox.faults.closeWatches();
    const again = await client.watch(`${CONFIG_MAPS}?watch=true`);
    await client.post(CONFIG_MAPS, aConfigMap('a'));

    expect(await watch.next()).toBeUndefined();
    expect(await again.take(1)).toEqual(['ADDED a']);
    again.close();
  });

  it('expire every version for watches', async () => {
    const { body } = await client.post(CONFIG_MAPS, aConfigMap('a'));
    await client.post(CONFIG_MAPS, aConfigMap('b'));
    sandbox.faults.expireVersions();
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}`);

    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });
});

describe('the call log', () => {
  it('records requests, their field managers, and whether they changed anything', async () => {
    await client.post(`${CONFIG_MAPS}?fieldManager=me`, aConfigMap('a'));
    await client.patch('merge', `${CONFIG_MAPS}/a`, { data: { key: 'value' } });
    await client.get(`${CONFIG_MAPS}/a`);
    await client.get('/version');

    expect(sandbox.calls.entries.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      `POST ${CONFIG_MAPS} 201`,
      `PATCH ${CONFIG_MAPS}/a 200`,
      `GET ${CONFIG_MAPS}/a 200`,
      'GET /version 200',
    ]);
    expect(sandbox.calls.writes().map(({ target }) => target)).toEqual([
      {
        verb: 'create',
        group: '',
        resource: 'configmaps',
        subresource: '',
        namespace: 'default',
        name: undefined,
        manager: 'me',
        changed: true,
      },
      {
        verb: 'patch',
        group: '',
        resource: 'configmaps',
        subresource: '',
        namespace: 'default',
        name: 'a',
        manager: 'tester',
        changed: false,
      },
    ]);
  });

  it('can be searched and cleared', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('a'));
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true`);
    watch.close();

    expect(sandbox.calls.writes(({ verb }) => verb === 'delete')).toEqual([]);
    expect(sandbox.calls.entries.map(({ target }) => target?.verb)).toEqual(['create', 'watch']);
    sandbox.calls.clear();
    expect(sandbox.calls.entries).toEqual([]);
  });
});

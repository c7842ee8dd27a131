import { afterEach, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { RestClient } from '../../../src/adapters/kubernetes/rest-client.ts';
import { breakOff, content, failure, hangUp, json, silence, stall } from '../../support/answers.ts';
import { aServer } from '../../support/loopback-server.ts';

const PATH = '/api/v1/configmaps';

const clients: RestClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function aClient(server: string, token?: string, timeoutMs?: number): RestClient {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'loopback', server, skipTLSVerify: true }],
    users: [token === undefined ? { name: 'nobody' } : { name: 'operator', token }],
    contexts: [{ name: 'test', cluster: 'loopback', user: token === undefined ? 'nobody' : 'operator' }],
    currentContext: 'test',
  });
  const client = new RestClient(config, timeoutMs);
  clients.push(client);
  return client;
}

async function aScriptedClient(token?: string) {
  const server = await aServer();
  return { server, rest: aClient(server.url, token) };
}

describe('a request', () => {
  it('sends the credentials of the kubeconfig, and accepts JSON', async () => {
    const { server, rest } = await aScriptedClient('secret-token');
    server.on(`GET ${PATH}`, json({ items: [] }));

    const answer = await rest.json('GET', PATH);

    expect(answer).toEqual({ items: [] });
    expect(server.requests(`GET ${PATH}`).entries[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      accept: 'application/json',
      'user-agent': 'cftunnel-operator',
    });
  });

  it('sends each query parameter that is set', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, json({}));

    await rest.json('GET', PATH, { query: { labelSelector: 'a=b,c!=d', continue: undefined, limit: '500' } });

    expect(server.requests(`GET ${PATH}`).entries[0]?.query).toEqual({ labelSelector: 'a=b,c!=d', limit: '500' });
  });

  it("appends its path to that of the server's URL", async () => {
    const server = await aServer();
    server.on(`GET /k8s/clusters/c-1${PATH}`, json({ kind: 'ConfigMapList' }));

    const lists = [
      await aClient(`${server.url}/k8s/clusters/c-1`).json('GET', PATH),
      await aClient(`${server.url}/k8s/clusters/c-1/`).json('GET', PATH),
    ];

    expect(lists).toEqual([{ kind: 'ConfigMapList' }, { kind: 'ConfigMapList' }]);
  });

  it('sends the length of its body in bytes, even with a DELETE', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`DELETE ${PATH}/a`, json({}));

    await rest.json('DELETE', `${PATH}/a`, { body: { propagationPolicy: 'Background', note: 'für' } });

    const { headers, body } = server.requests(`DELETE ${PATH}/a`).entries[0] ?? {};
    expect(body).toBe('{"propagationPolicy":"Background","note":"für"}');
    expect(headers).toMatchObject({ 'content-length': '48', 'content-type': 'application/json' });
    expect(headers?.['transfer-encoding']).toBeUndefined();
  });

  it.each(['application/merge-patch+json', 'application/apply-patch+yaml'] as const)(
    'sends a patch of type %s',
    async (contentType) => {
      const { server, rest } = await aScriptedClient();
      server.on(`PATCH ${PATH}/a`, json({}));

      await rest.json('PATCH', `${PATH}/a`, { body: { data: {} }, contentType });

      expect(server.requests(`PATCH ${PATH}/a`).entries[0]?.headers['content-type']).toBe(contentType);
    },
  );

  it('reuses the connection of another', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, json({}));

    for (let call = 0; call < 5; call += 1) await rest.json('GET', PATH);

    expect(server.requests(`GET ${PATH}`).entries.map(({ connection }) => connection)).toEqual([1, 1, 1, 1, 1]);
  });

  it('reuses the connection of a refused one', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, failure(404, 'NotFound', 'gone'), json({}));

    await rest.json('GET', PATH).catch(() => undefined);
    await rest.json('GET', PATH);

    expect(server.requests(`GET ${PATH}`).entries.map(({ connection }) => connection)).toEqual([1, 1]);
  });
});

describe('a refusal', () => {
  it('is decoded from the Status', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, failure(403, 'Forbidden', 'configmaps is forbidden'));

    await expect(rest.json('GET', PATH)).rejects.toMatchObject({
      name: 'ApiError',
      code: 403,
      reason: 'Forbidden',
      message: 'configmaps is forbidden',
    });
  });

  it.each([
    { case: 'plain text', answer: content('no backends', 'text/plain', 503), code: 503 },
    { case: 'an empty page', answer: content('', 'text/html', 502), code: 502 },
    { case: 'null', answer: json(null, 500), code: 500 },
    { case: 'a redirect', answer: content('', 'text/html', 302, { location: '/login' }), code: 302 },
  ])('names its HTTP status if it is $case', async ({ answer, code }) => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, answer);

    await expect(rest.json('GET', PATH)).rejects.toMatchObject({ name: 'ApiError', code, message: `HTTP ${code}` });
  });
});

describe('no answer', () => {
  it.each([
    { case: 'says nothing', answer: silence },
    { case: 'stalls in the middle of the body', answer: stall('{"items": []}') },
  ])('has code 0 when the server $case for longer than the timeout', async ({ answer }) => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, answer);

    await expect(rest.json('GET', PATH, { timeoutMs: 30 })).rejects.toMatchObject({ code: 0, reason: 'Unreachable' });
  });

  it('has code 0 after the timeout of the client', async () => {
    const server = await aServer();
    server.on(`GET ${PATH}`, silence);

    await expect(aClient(server.url, undefined, 30).json('GET', PATH)).rejects.toMatchObject({ reason: 'Unreachable' });
  });

  it.each([
    { case: 'closes the connection', answer: hangUp },
    { case: 'resets it in the middle of the body', answer: breakOff('{"items": []}') },
    { case: 'answers with half a JSON', answer: content('{"items": [', 'application/json') },
  ])('has code 0 when the server $case', async ({ answer }) => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, answer);

    await expect(rest.json('GET', PATH)).rejects.toMatchObject({ code: 0, reason: 'Unreachable' });
  });

  it('has code 0 when nobody listens', async () => {
    await expect(aClient('http://127.0.0.1:1').json('GET', PATH)).rejects.toMatchObject({
      code: 0,
      message: 'no answer from the Kubernetes API: 127.0.0.1:1 refuses the connection',
    });
  });

  it('does not affect the next request', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, hangUp, json({ items: [] }));

    await rest.json('GET', PATH).catch(() => undefined);

    await expect(rest.json('GET', PATH)).resolves.toEqual({ items: [] });
  });
});

describe('an abort', () => {
  it('ends the request, and does not count as a failure of the server', async () => {
    const { server, rest } = await aScriptedClient();
    server.on(`GET ${PATH}`, silence);
    const abort = new AbortController();

    const call = rest.json('GET', PATH, { signal: abort.signal });
    void server
      .requests(`GET ${PATH}`)
      .reaches(1)
      .then(() => abort.abort());

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

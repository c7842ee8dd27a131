import http from 'node:http';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from '@jest/globals';
import { type HttpEndpoint, type Routes, serveHttp } from '../../../src/adapters/telemetry/http-endpoint.ts';

const endpoints: HttpEndpoint[] = [];
afterEach(async () => {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
});

async function serve(routes: Routes): Promise<HttpEndpoint> {
  const endpoint = await serveHttp('127.0.0.1:0', routes);
  endpoints.push(endpoint);
  return endpoint;
}

/** Requests a path as it is. `fetch` would normalise it. */
async function get({ port }: HttpEndpoint, path: string, host = '127.0.0.1') {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http
      .get({ host, port, path, agent: false, timeout: 1_000 }, resolve)
      .once('timeout', () => reject(new Error('no answer')))
      .once('error', reject);
  });
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) };
}

const OK = { '/healthz': () => ({ status: 200, body: 'ok\n' }) };

it('serves the given paths', async () => {
  const endpoint = await serve({
    ...OK,
    '/readyz': () => ({ status: 503, body: 'not yet\n' }),
    '/metrics': async () => ({ status: 200, contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
  });

  await expect(get(endpoint, '/healthz')).resolves.toEqual({ status: 200, type: 'text/plain', body: 'ok\n' });
  await expect(get(endpoint, '/readyz')).resolves.toMatchObject({ status: 503, body: 'not yet\n' });
  await expect(get(endpoint, '/metrics')).resolves.toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4',
    body: 'up 1\n',
  });
});

const HAS_IPV6 = Object.values(networkInterfaces()).some((one) => one?.some(({ address }) => address === '::1'));

it.each([
  { host: '127.0.0.1', isThere: true },
  { host: '::1', isThere: HAS_IPV6 },
])('listens on every address family if no host is given: $host', async ({ host, isThere }) => {
  const endpoint = await serveHttp(':0', OK);
  endpoints.push(endpoint);

  const answer = get(endpoint, '/healthz', host).then(({ status }) => status === 200);

  await expect(answer.catch(() => false)).resolves.toBe(isThere);
});

it('calls the route for every request', async () => {
  let isReady = false;
  const endpoint = await serve({ '/readyz': () => ({ status: isReady ? 200 : 503, body: '' }) });
  await expect(get(endpoint, '/readyz')).resolves.toMatchObject({ status: 503 });

  isReady = true;

  await expect(get(endpoint, '/readyz')).resolves.toMatchObject({ status: 200 });
});

it('ignores a query', async () => {
  await expect(get(await serve(OK), '/healthz?verbose=true')).resolves.toMatchObject({ status: 200 });
});

it.each(['/', '/nonsense', '/healthz/', '/__proto__', '/constructor'])('answers %s with 404', async (path) => {
  await expect(get(await serve(OK), path)).resolves.toMatchObject({ status: 404 });
});

it.each(['//', '//[', 'http://'])('survives a path such as %s', async (path) => {
  const endpoint = await serve(OK);

  const { status } = await get(endpoint, path);

  expect([400, 404]).toContain(status);
  await expect(get(endpoint, '/healthz')).resolves.toMatchObject({ status: 200 });
});

it.each([
  {
    case: 'throws',
    route: () => {
      throw new Error('broken');
    },
  },
  { case: 'rejects', route: () => Promise.reject(new Error('broken')) },
])('answers 500 when a route $case', async ({ route }) => {
  await expect(get(await serve({ '/metrics': route }), '/metrics')).resolves.toMatchObject({ status: 500 });
});

it('fails if the port is taken', async () => {
  const { port } = await serve(OK);

  await expect(serveHttp(`127.0.0.1:${port}`, OK)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('closes at once, even during a request', async () => {
  const asked = Promise.withResolvers<void>();
  const endpoint = await serve({
    '/metrics': () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const answer = get(endpoint, '/metrics').catch((error: unknown) => error);
  await asked.promise;

  await expect(endpoint.close()).resolves.toBeUndefined();
  await expect(answer).resolves.toMatchObject({ code: 'ECONNRESET' });
});

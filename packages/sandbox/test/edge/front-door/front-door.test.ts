import { describe, expect, it } from '@jest/globals';
import { Agent, request as startRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { anOrigin } from '../../an-origin.ts';
import { anEdge, type TestEdge } from '../an-edge.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { open, visit } from '../../support/visit.ts';

const CONFIG = `
ingress:
  - hostname: app.example.com
    path: ^/tea$
    service: http_status:418
  - hostname: app.example.com
    service: http://web.default.svc:80
  - hostname: renamed.example.com
    service: http://web.default.svc:80
    originRequest: { httpHostHeader: inner.example.org }
  - hostname: gone.example.com
    service: http://gone.default.svc:80
  - hostname: empty.example.com
    service: http://empty.default.svc:80
  - hostname: hello.example.com
    service: hello_world
  - service: http_status:404
`;

const echo = (request: IncomingMessage) =>
  JSON.stringify({ method: request.method, url: request.url, headers: request.headers });

/** The whole path: record, front door, connector, and an origin that responds with the request. */
async function anExposedApp(): Promise<TestEdge> {
  const world = await anEdge();
  const origin = await anOrigin((request, response) => {
    void text(request).then((body) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      return response.writeHead(201, { 'x-body': body }).end(echo(request));
    });
  });
  world.services.set('web.default.svc:80', { kind: 'address', address: origin.address });
  world.services.set('empty.default.svc:80', { kind: 'no-endpoints' });
  await world.connector(CONFIG);
  world.route('*');
  return world;
}

describe('a request through the tunnel', () => {
  it('reaches the origin and returns unchanged', async () => {
    const { edge } = await anExposedApp();

    const answer = await visit(edge.url, 'app.example.com', '/path?q=1', { method: 'POST', body: 'hello' });

    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ 'x-body': 'hello', 'set-cookie': ['a=1', 'b=2'], server: 'cloudflare' });
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'POST', url: '/path?q=1' });
  });

  it('leaves the connection open for as long as the visitor is idle', async () => {
    const { edge } = await anExposedApp();
    const agent = new Agent({ keepAlive: true });
    stopAfterTest(() => agent.destroy());

    const { headers } = await new Promise<IncomingMessage>((resolve) => {
      startRequest(edge.url, { headers: { host: 'app.example.com' }, agent }, resolve).end();
    });

    expect(headers.connection).toBe('keep-alive');
    expect(headers).not.toHaveProperty('keep-alive'); // which would name a limit
  });

  it('has the headers of the edge, and no hop-by-hop headers', async () => {
    const { edge } = await anExposedApp();

    const answer = await visit(edge.url, 'app.example.com', '/', {
      headers: { 'x-forwarded-for': '198.51.100.1', 'cf-connecting-ip': 'forged', connection: 'x-hop', 'x-hop': '1' },
    });

    const { headers } = JSON.parse(answer.body) as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      host: 'app.example.com',
      'cf-ray': answer.headers['cf-ray'],
      'cf-connecting-ip': '127.0.0.1',
      'cf-visitor': '{"scheme":"http"}',
      'x-forwarded-for': '198.51.100.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'cf-warp-tag-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers).not.toHaveProperty('x-hop');
  });

  it('has another hostname at the origin if the rule says so', async () => {
    const { edge } = await anExposedApp();

    const { body } = await visit(edge.url, 'renamed.example.com');

    const { headers } = JSON.parse(body) as { headers: Record<string, string> };
    expect(headers).toMatchObject({ host: 'inner.example.org', 'x-forwarded-host': 'renamed.example.com' });
  });

  it.each([
    { case: 'the rule of its path', host: 'app.example.com', path: '/tea', status: 418 },
    { case: 'the catch-all', host: 'nobody.example.com', path: '/', status: 404 },
    { case: 'a service without endpoints', host: 'empty.example.com', path: '/', status: 502 },
    { case: 'a service that does not exist', host: 'gone.example.com', path: '/', status: 502 },
    { case: 'the built-in page', host: 'hello.example.com', path: '/', status: 200 },
  ])('gets $status from $case', async ({ host, path, status }) => {
    const { edge } = await anExposedApp();

    expect((await visit(edge.url, host, path)).status).toBe(status);
  });

  it('is logged by cloudflared with the reason when it fails', async () => {
    const { edge, log } = await anExposedApp();

    await visit(edge.url, 'gone.example.com');

    expect(log.at(-1)).toMatch(
      /Unable to reach the origin service.*lookup gone\.default\.svc: no such host.*originService=http:\/\/gone/,
    );
  });

  it('gets 503 from a connector without rules', async () => {
    const { edge, connector, route } = await anEdge();
    await connector();
    route('app');

    expect((await visit(edge.url, 'app.example.com')).status).toBe(503);
  });
});

describe('a hostname without an origin gets 530', () => {
  it.each([
    { case: 'unknown', record: undefined, body: /^error code: 1016$/ },
    { case: 'unproxied', record: { type: 'CNAME', proxied: false }, body: /^error code: 1016\n.*is not proxied/ },
    { case: 'an address', record: { type: 'A', content: '192.0.2.1' }, body: /does not lead to a tunnel/ },
    { case: 'a tunnel without connectors', record: { type: 'CNAME', proxied: true }, body: /^error code: 1033$/ },
  ])('if it is $case', async ({ record, body }) => {
    const { cloud, edge, credentials } = await anEdge();
    const content = `${credentials.tunnelId}.cfargotunnel.com`;
    if (record !== undefined) cloud.admin.addRecord('example.com', { name: 'app', content, ...record });

    const answer = await visit(edge.url, 'app.example.com');

    expect(answer.status).toBe(530);
    expect(answer.body).toMatch(body);
    expect(answer.headers['cf-ray']).toMatch(/^[0-9a-f]{16}-FRA$/);
  });
});

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const CHUNKS = 320;
const manyChunks = () => Readable.from(Array.from({ length: CHUNKS }, () => CHUNK));

async function withOrigin(listener: Parameters<typeof anOrigin>[0]): Promise<TestEdge> {
  const world = await anEdge();
  const origin = await anOrigin(listener);
  world.services.set('web.default.svc:80', { kind: 'address', address: origin.address });
  await world.connector(CONFIG);
  world.route('app');
  return world;
}

describe('a body', () => {
  it('of 20 MB is downloaded completely', async () => {
    const { edge } = await withOrigin((_request, response) => void pipeline(manyChunks(), response));

    const body = await buffer(await open(edge.url, 'app.example.com'));

    expect(body).toHaveLength(CHUNKS * CHUNK.length);
  });

  it('of 20 MB is uploaded completely', async () => {
    const { edge } = await withOrigin((request, response) => {
      void buffer(request).then((body) => response.end(String(body.length)));
    });

    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { host: 'app.example.com' };
      const request = startRequest(edge.url, { method: 'PUT', headers, agent: false }, resolve);
      pipeline(manyChunks(), request).catch(reject);
    });

    expect(await text(answer)).toBe(String(CHUNKS * CHUNK.length));
  });

  it('is streamed, not buffered', async () => {
    const { promise: firstSeen, resolve: seen } = Promise.withResolvers<void>();
    const { edge } = await withOrigin((_request, response) => {
      response.write('first');
      void firstSeen.then(() => response.end('last'));
    });

    const response = await open(edge.url, 'app.example.com');
    const pieces: string[] = [];
    for await (const piece of response) {
      pieces.push(String(piece));
      seen();
    }

    expect(pieces).toEqual(['first', 'last']);
  });

  it('applies back-pressure to the origin while it is not read', async () => {
    let sent = 0;
    const { promise: held, resolve: isHeld } = Promise.withResolvers<void>();
    const { edge } = await withOrigin((_request, response) => {
      const send = () => {
        sent += CHUNK.length;
        if (response.write(CHUNK)) setImmediate(send);
        else isHeld();
      };
      send();
    });

    const response = await open(edge.url, 'app.example.com');
    await held;

    expect(sent).toBeLessThan(16 * 1024 * 1024);
    response.destroy();
  });

  it('is cancelled at the origin when the visitor cancels it', async () => {
    const { promise: abandoned, resolve } = Promise.withResolvers<string>();
    const { edge } = await withOrigin((_request, response) => {
      response.once('close', () => resolve('closed'));
      response.write('first');
    });

    const response = await open(edge.url, 'app.example.com');
    response.destroy();

    await expect(abandoned).resolves.toBe('closed');
  });
});

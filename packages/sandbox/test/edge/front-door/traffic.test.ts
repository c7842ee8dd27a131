import { describe, expect, it } from '@jest/globals';
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request as startRequest, type RequestListener } from 'node:http';
import { request as startSecureRequest } from 'node:https';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { anEdge, type TestEdge } from '../an-edge.ts';
import { open, visit } from '../../support/visit.ts';

const CONFIG = `
ingress:
  - service: http://web.default.svc:80
`;
const HOST = 'app.example.com';

/** The whole path to an origin with the given listener. */
async function aSite(
  listener: RequestListener,
): Promise<TestEdge & { readonly origin: Awaited<ReturnType<typeof anOrigin>> }> {
  const world = await anEdge();
  const origin = await anOrigin(listener);
  world.services.set('web.default.svc:80', { kind: 'address', address: origin.address });
  await world.connector(CONFIG);
  world.route('app');
  return { ...world, origin };
}

describe('the front door', () => {
  it('carries 1,000 requests over 50 parallel connections without an error', async () => {
    const { edge } = await aSite((request, response) => {
      void text(request).then((body) => response.end(`${request.url} ${body}`));
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    stopAfterTest(async () => agent.destroy());

    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const request = startRequest(`${edge.url}/${index}`, { method: 'POST', headers: { host: HOST }, agent });
        const answered = new Promise<IncomingMessage>((resolve, reject) => {
          request.once('response', resolve).once('error', reject);
        });
        request.end(`body ${index}`);
        return text(await answered);
      }),
    );

    expect(answers).toEqual(Array.from({ length: 1000 }, (_, index) => `/${index} body ${index}`));
  });

  it('carries 64 MiB up and down at once without changes', async () => {
    const piece = randomBytes(1024 * 1024 - 7);
    const sent = createHash('sha256');
    const { edge } = await aSite((request, response) => void pipeline(request, response));
    const request = startRequest(edge.url, { method: 'PUT', headers: { host: HOST }, agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });

    const sending = pipeline(Readable.from(pieces(piece, 64 * 1024 * 1024, sent)), request);
    const received = createHash('sha256');
    await Promise.all([sending, pipeline(await answered, received)]);

    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });

  it('forwards the headers of the origin in their original case, with repetitions, and trailers', async () => {
    const { edge } = await aSite((_request, response) => {
      response.writeHead(200, ['X-CamelCase', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Trailer', 'X-Sum']);
      response.write('body');
      response.addTrailers({ 'x-sum': '42' });
      response.end();
    });

    const response = await open(edge.url, HOST);
    const body = await text(response);

    expect(body).toBe('body');
    expect(response.rawHeaders).toEqual(expect.arrayContaining(['X-Camelcase', 'Set-Cookie', 'a=1', 'b=2']));
    expect(response.trailers).toEqual({ 'x-sum': '42' });
  });

  it.each([
    { method: 'HEAD', status: 200, length: '5' },
    { method: 'GET', status: 204, length: undefined },
    { method: 'GET', status: 304, length: undefined },
  ])('forwards a response without a body: $method $status', async ({ method, status, length }) => {
    const { edge } = await aSite((_request, response) => {
      response.writeHead(status, length === undefined ? {} : { 'content-length': length }).end();
    });

    const answer = await visit(edge.url, HOST, '/', { method });

    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([status, '', length]);
  });

  it('forwards a response that arrives before the request is complete', async () => {
    const { edge } = await aSite((_request, response) => response.writeHead(413).end('too much'));
    const request = startRequest(edge.url, { method: 'POST', headers: { host: HOST }, agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });

    request.write('the first of many');
    const response = await answered;

    expect([response.statusCode, await text(response)]).toEqual([413, 'too much']);
    request.destroy();
  });

  it('cancels the request when the visitor disconnects before the response', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: abandoned, resolve: abandon } = Promise.withResolvers<string>();
    const { edge } = await aSite((_request, response) => {
      response.once('close', () => abandon('closed'));
      arrive();
    });
    const request = startRequest(edge.url, { headers: { host: HOST }, agent: false });
    request.on('error', () => undefined).end();
    await arrived;

    request.destroy();

    expect(await abandoned).toBe('closed');
  });

  it('aborts a response when the origin does', async () => {
    const { edge } = await aSite((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('first', () => response.destroy());
    });

    await expect(visit(edge.url, HOST)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('replaces the response for an unreachable origin as the real edge does, or forwards it if so assumed', async () => {
    const plain = await anEdge();
    const passing = await anEdge({ assumptions: { failurePage: 'as-received' } });
    for (const world of [plain, passing]) {
      world.route('app');
      await world.connector(CONFIG);
    }

    const answers = [await visit(plain.edge.url, HOST), await visit(passing.edge.url, HOST)];

    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [502, 'error code: 502'],
      [502, ''],
    ]);
  });

  it('accepts an absolute URL, and ignores an upgrade to another protocol', async () => {
    const { edge } = await aSite((request, response) => response.end(request.url));
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1');
    stopAfterTest(async () => socket.destroy());

    socket.write(
      `GET http://${HOST}/whole?q HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`,
    );

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\/whole\?q/);
  });
});

describe('over TLS', () => {
  it('every name that resolves has a certificate, and the origin receives the scheme', async () => {
    const { edge } = await aSite((request, response) => response.end(request.headers['x-forwarded-proto']));

    const response = await openSecure(edge, HOST);

    expect([response.statusCode, await text(response)]).toEqual([200, 'https']);
  });

  it('a name that does not resolve has none', async () => {
    const { edge } = await anEdge();

    await expect(openSecure(edge, 'unknown.example.com')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a WebSocket', () => {
  it.each(['ws', 'wss'] as const)(
    'echoes text and large binary messages over %s, and closes with its code',
    async (scheme) => {
      const { edge, origin } = await aSite(() => undefined);
      const server = new WebSocketServer({ server: origin.server });
      server.on('connection', (socket) => {
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      });
      const url = (scheme === 'ws' ? edge.url : edge.secureUrl).replace('http', 'ws');
      const trust = { servername: HOST, ca: edge.caPem };
      const client = new WebSocket(`${url}/chat`, { headers: { host: HOST }, ...trust });
      stopAfterTest(async () => client.terminate());
      const large = randomBytes(1024 * 1024);

      const messages: Buffer[] = [];
      client.on('message', (data: Buffer) => messages.push(data));
      client.once('open', () => {
        client.send('hello');
        client.send(large);
        client.close(4001, 'bye');
      });
      const [code, reason] = await new Promise<[number, Buffer]>((resolve, reject) => {
        client.once('close', (...closing) => resolve(closing)).once('error', reject);
      });

      expect([messages[0]?.toString(), messages[1]?.equals(large)]).toEqual(['hello', true]);
      expect([code, reason.toString()]).toEqual([4001, 'bye']);
    },
  );

  it('that the origin declines gets an ordinary response', async () => {
    const { edge } = await aSite((_request, response) => response.writeHead(403).end('no'));

    expect(await refusalOf(edge.url, HOST)).toEqual([403, 'no']);
  });

  it('to a name without an origin gets 530', async () => {
    const { edge } = await anEdge();

    expect(await refusalOf(edge.url, HOST)).toEqual([530, 'error code: 1016']);
  });

  it('keeps bytes that arrived with the handshake', async () => {
    const { edge, origin } = await aSite(() => undefined);
    const server = new WebSocketServer({ server: origin.server });
    const said = new Promise<string>((resolve) => {
      server.once('connection', (peer) => peer.once('message', (data: Buffer) => resolve(data.toString())));
    });
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1');
    stopAfterTest(async () => socket.destroy());
    const handshake = ['GET / HTTP/1.1', `Host: ${HOST}`, 'Connection: Upgrade', 'Upgrade: websocket'];
    const key = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`];
    const frame = Buffer.from('818200000000', 'hex');

    socket.write(Buffer.concat([Buffer.from([...handshake, ...key, '', ''].join('\r\n')), frame, Buffer.from('hi')]));

    expect(await said).toBe('hi');
  });

  it('is closed at the origin when the visitor disconnects', async () => {
    const { edge, origin } = await aSite(() => undefined);
    const server = new WebSocketServer({ server: origin.server });
    const ended = new Promise<number>((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });
    const client = new WebSocket(edge.url.replace('http', 'ws'), { headers: { host: HOST } });

    client.once('open', () => client.terminate());

    expect(await ended).toBe(1006);
  });
});

function* pieces(piece: Buffer, total: number, hash: Hash): Generator<Buffer> {
  for (let left = total; left > 0; left -= piece.length) {
    const next = piece.subarray(0, Math.min(left, piece.length));
    hash.update(next);
    yield next;
  }
}

function openSecure(edge: TestEdge['edge'], host: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    startSecureRequest(edge.secureUrl, { headers: { host }, servername: host, ca: edge.caPem, agent: false })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
}

async function refusalOf(url: string, host: string): Promise<[number | undefined, string]> {
  const client = new WebSocket(url.replace('http', 'ws'), { headers: { host } });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    client.once('unexpected-response', (_request, answer) => resolve(answer)).once('error', reject);
  });
  return [response.statusCode, await text(response)];
}

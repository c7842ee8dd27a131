import { createHash } from 'node:crypto';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { UPGRADE_HEADER } from '../../src/edge/wire/request-kind.ts';
import { decodeResponseHeaders, RESPONSE_HEADERS } from '../../src/edge/wire/response-headers.ts';
import { SELF_SIGNED } from '../edge/self-signed.ts';
import { anOrigin } from '../an-origin.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';
import { aConnector, anEdge, type ScriptedEdge, type TestConnector } from './a-connector.ts';

const toWeb = (originRequest = '{}', scheme = 'http') => `
ingress:
  - hostname: app.example.com
    service: ${scheme}://web.default.svc:80
    originRequest: ${originRequest}
  - service: http_status:404
`;

async function aTunnelTo(
  address: string,
  yaml = toWeb(),
  files: ReadonlyMap<string, string> = new Map(),
): Promise<TestConnector & { readonly edge: ScriptedEdge }> {
  const edge = await anEdge();
  const started = await aConnector(edge, yaml, { files });
  started.services.set('web.default.svc:80', { kind: 'address', address });
  return { ...started, edge };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stopAfterTest(async () => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The same bytes every time, with different neighbouring chunks. */
function* chunksOf(total: number): Generator<Buffer> {
  const size = 60_000;
  for (let sent = 0; sent < total; sent += size) yield Buffer.alloc(Math.min(size, total - sent), (sent / size) % 251);
}

describe('a large body', () => {
  const SIZE = 16 * 1024 * 1024;

  it('is forwarded in both directions without changes', async () => {
    const origin = await anOrigin((request, response) => void request.pipe(response));
    const { edge } = await aTunnelTo(origin.address);
    const [connection] = edge.connections;
    const stream = connection?.open(
      { ':method': 'POST', ':authority': 'app.example.com', ':path': '/' },
      { endStream: false },
    );
    if (stream === undefined) throw new Error('nobody is connected');
    const [sent, received] = [createHash('sha256'), createHash('sha256')];

    const sending = pipeline(async function* () {
      for (const chunk of chunksOf(SIZE)) {
        sent.update(chunk);
        yield chunk;
      }
    }, stream);
    await Promise.all([sending, pipeline(stream, received)]);

    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });
});

describe('connections to the origin', () => {
  it.each([
    { method: 'GET', body: undefined, outcome: [200, 'fresh'] },
    { method: 'POST', body: 'order', outcome: [502, ''] },
  ])('are replaced if they died in the pool, unless that could repeat a $method', async ({ body, outcome }) => {
    const old = await anOrigin((_request, response) => response.end('old'));
    const fresh = await anOrigin((_request, response) => response.end('fresh'));
    const { edge, services } = await aTunnelTo(old.address);
    expect((await edge.ask()).body).toBe('old');

    old.server.removeAllListeners('request').on('request', (request) => request.socket.destroy());
    services.set('web.default.svc:80', { kind: 'address', address: fresh.address });
    const answer = await edge.ask('/', {}, body);

    expect([answer.status, answer.body]).toEqual(outcome);
  });

  it('in use stay open when the rules are replaced', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const origin = await anOrigin((_request, response) => {
      arrive();
      void released.then(() => response.end('done'));
    });
    const { edge } = await aTunnelTo(origin.address);
    const answer = edge.ask();
    await arrived;

    const [connection] = edge.connections;
    await connection?.configure({ version: 1, config: { ingress: [{ service: 'http_status:201' }] } });
    release();

    expect((await answer).body).toBe('done');
    expect((await edge.ask()).status).toBe(201);
  });

  it('over TLS use the requested host with matchSNItoHost', async () => {
    const server = createHttpsServer(SELF_SIGNED, (request, response) => {
      response.end(String((request.socket as TLSSocket).servername));
    });
    stopAfterTest(async () => server.closeAllConnections());
    const { edge } = await aTunnelTo(
      await listening(server),
      toWeb('{ noTLSVerify: true, matchSNItoHost: true }', 'https'),
    );

    expect((await edge.ask()).body).toBe('app.example.com');
  });
});

describe('an origin with http2Origin', () => {
  it('is requested over HTTP/2 on one connection, including trailers', async () => {
    const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: true });
    let sessions = 0;
    server.on('session', () => {
      sessions += 1;
    });
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      void text(stream).then((body) => stream.end(`${headers[':authority']} ${String(headers['te'])} ${body}`));
    });
    const { edge, connector } = await aTunnelTo(
      await listening(server),
      toWeb('{ http2Origin: true, noTLSVerify: true }', 'https'),
    );

    const first = await edge.ask('/pkg.Service/Method', { te: 'trailers' }, 'ping');
    const second = await edge.ask('/pkg.Service/Method', { te: 'trailers' }, 'pong');

    expect([first.body, second.body]).toEqual(['app.example.com trailers ping', 'app.example.com trailers pong']);
    expect([first.trailers['grpc-status'], sessions]).toEqual(['0', 1]);
    connector.stop(1_000);
    await connector.exited;
  });

  it('is requested over HTTP/1.1 if it does not support HTTP/2', async () => {
    const server = createHttpsServer(SELF_SIGNED, (request, response) => response.end(request.httpVersion));
    stopAfterTest(async () => server.closeAllConnections());
    const { edge } = await aTunnelTo(
      await listening(server),
      toWeb('{ http2Origin: true, noTLSVerify: true }', 'https'),
    );

    expect((await edge.ask()).body).toBe('1.1');
  });
});

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** A masked frame of up to 125 bytes, as a browser sends it. */
function frame(opcode: number, payload: string): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const bytes = Buffer.from(payload).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, bytes]);
}

async function openWebSocket(edge: ScriptedEdge) {
  const [connection] = edge.connections;
  const stream = connection?.open(
    {
      ':method': 'GET',
      ':authority': 'app.example.com',
      ':path': '/',
      [UPGRADE_HEADER]: 'websocket',
      'sec-websocket-key': KEY,
    },
    { endStream: false },
  );
  if (stream === undefined) throw new Error('nobody is connected');
  const received: Buffer[] = [];
  const head = await new Promise<Record<string, unknown>>((resolve) => {
    stream.once('response', resolve);
  });
  stream.on('data', (chunk: Buffer) => received.push(chunk));
  const headers = new Map(decodeResponseHeaders(String(head[RESPONSE_HEADERS])));
  const next = async (length: number): Promise<Buffer> => {
    while (Buffer.concat(received).length < length) {
      await new Promise((resolve) => {
        stream.once('data', resolve);
      });
    }
    return Buffer.concat(received);
  };
  return { stream, status: head[':status'], headers, next };
}

describe('a TCP service', () => {
  const toDatabase = toWeb('{}', 'tcp');

  it('is carried in binary WebSocket frames', async () => {
    const server = createTcpServer((socket) => socket.on('data', (data) => socket.write(`got ${data.toString()}`)));
    const { edge } = await aTunnelTo(await listening(server), toDatabase);

    const { stream, status, headers, next } = await openWebSocket(edge);
    stream.write(frame(2, 'select 1'));

    expect([status, headers.get('Sec-Websocket-Accept')]).toEqual([200, ACCEPT]);
    expect(await next(14)).toEqual(Buffer.concat([Buffer.from([0x82, 12]), Buffer.from('got select 1')]));
    stream.write(frame(8, ''));
    expect((await next(16)).subarray(14)).toEqual(Buffer.from([0x88, 0]));
  });
});

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { KEEP_IDLE } from '../../src/edge/loopback-server.ts';
import { sendData } from '../../src/kubelet/images/whoami-data.ts';
import { eventually } from '../support/eventually.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';
import { type LoadOptions, startLoad } from '../support/traffic/load.ts';
import type { Counts } from '../support/traffic/tally.ts';

const NOBODY = { requestClients: 0, webSocketClients: 0, downloadClients: 0 };

/** A front door that answers as the listener says, and echoes WebSockets unless told otherwise. */
async function aDoor(listener: RequestListener, onSocket: (socket: WebSocket) => void = echo): Promise<string> {
  const server = createServer(KEEP_IDLE, listener);
  new WebSocketServer({ server }).on('connection', onSocket);
  return listening(server);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stopAfterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function echo(socket: WebSocket): void {
  socket.on('message', (data) => socket.send(data));
}

/** The counts of a load that runs until something has become of it. */
async function countsOf(
  url: string,
  clients: Partial<LoadOptions>,
  isEnough: (counts: Counts) => boolean,
): Promise<Counts> {
  const load = startLoad({ url, hostname: 'app.example.com', ...NOBODY, ...clients });
  await eventually(() => expect(isEnough(load.counts)).toBe(true));
  return load.stop();
}

function hasLost({ lost }: Counts): boolean {
  return Object.keys(lost).length > 0;
}

describe('a load', () => {
  it('counts answers, echoed messages, and WebSockets and downloads that end well', async () => {
    const hosts = new Set<string | undefined>();
    const url = await aDoor((request, response) => {
      hosts.add(request.headers.host);
      if (request.url?.startsWith('/data') === true) sendData(response, new URL(request.url, url).searchParams);
      else response.end('ok');
    });

    const counts = await countsOf(
      url,
      { requestClients: 2, webSocketClients: 1, downloadClients: 1 },
      ({ answered, webSockets, downloads }) => answered > 20 && webSockets > 0 && downloads > 0,
    );

    expect(counts.lost).toEqual({});
    expect(counts.messages).toBeGreaterThan(counts.webSockets);
    expect([...hosts]).toEqual(['app.example.com']);
  });

  it('sends the requests of a client on one connection', async () => {
    const sockets = new Set<unknown>();
    const url = await aDoor((request, response) => {
      sockets.add(request.socket);
      request.resume();
      response.end('ok');
    });

    await countsOf(url, { requestClients: 3 }, ({ answered }) => answered > 30);

    expect(sockets.size).toBe(3);
  });

  it('waits for the answers that are due when it stops', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let arrived = 0;
    const url = await aDoor((_request, response) => {
      arrived += 1;
      void released.then(() => response.end('ok'));
    });
    const load = startLoad({ url, hostname: 'app.example.com', ...NOBODY, requestClients: 2 });
    await eventually(() => expect(arrived).toBe(2));

    const stopped = load.stop();
    release();

    expect(await stopped).toMatchObject({ answered: 2, lost: {} });
  });

  it.each<{ readonly kind: string; readonly answer: RequestListener; readonly timeoutMs?: number }>([
    { kind: 'HTTP 502', answer: (_request, response) => response.writeHead(502).end() },
    { kind: 'HTTP 530', answer: (_request, response) => response.writeHead(530).end('error code: 1033') },
    { kind: 'ECONNRESET', answer: (request) => request.socket.destroy() },
    { kind: 'timeout', answer: () => undefined, timeoutMs: 50 },
    { kind: 'cut short', answer: cutShort },
  ])('counts a request that is lost: $kind', async ({ kind, answer, timeoutMs = 10_000 }) => {
    const url = await aDoor(answer);

    const { answered, lost } = await countsOf(url, { requestClients: 1, timeoutMs }, hasLost);

    expect(answered).toBe(0);
    expect(Object.keys(lost)).toEqual([`request: ${kind}`]);
  });

  it.each<{ readonly kind: string; readonly answer: RequestListener }>([
    { kind: 'HTTP 530', answer: (_request, response) => response.writeHead(530).end() },
    { kind: 'cut short', answer: (_request, response) => response.end('less than was asked for') },
    { kind: 'ECONNRESET', answer: cutShort },
  ])('counts a download that is lost: $kind', async ({ kind, answer }) => {
    const { downloads, lost } = await countsOf(await aDoor(answer), { downloadClients: 1 }, hasLost);

    expect(downloads).toBe(0);
    expect(Object.keys(lost)).toEqual([`download: ${kind}`]);
  });

  it.each([
    { kind: 'closed with 1006', onSocket: (socket: WebSocket) => socket.terminate() },
    { kind: 'closed with 1000', onSocket: (socket: WebSocket) => socket.close(1000) },
    { kind: 'closed with 1006', onSocket: () => undefined, timeoutMs: 50 },
  ])('counts a WebSocket that its client has not ended: $kind', async ({ kind, onSocket, timeoutMs = 10_000 }) => {
    const url = await aDoor((_request, response) => response.end(), onSocket);

    const { webSockets, lost } = await countsOf(url, { webSocketClients: 1, timeoutMs }, hasLost);

    expect(webSockets).toBe(0);
    expect(Object.keys(lost)).toEqual([`WebSocket: ${kind}`]);
  });

  it('counts a WebSocket that is refused', async () => {
    const server = createServer();
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));

    const { lost } = await countsOf(await listening(server), { webSocketClients: 1 }, hasLost);

    expect(Object.keys(lost)).toEqual(['WebSocket: Unexpected server response: 502']);
  });
});

/** Begins an answer of known length, and hangs up before its end. */
function cutShort(...[, response]: Parameters<RequestListener>): void {
  response.writeHead(200, { 'content-length': 100 });
  response.write('begun', () => response.destroy());
}

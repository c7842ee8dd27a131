import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server as NetServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { SELF_SIGNED } from '../../edge/self-signed.ts';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { ACCEPT, frame, open, WEB_SOCKET } from './open-stream.ts';
import { aMirror, besideConnector, leadTo, listening, toWeb } from './origins.ts';
import { running, type Running, SUBJECTS } from './subjects.ts';

describe.each(SUBJECTS)('$name', (subject) => {
  it.each([
    { case: 'keeps connections alive', originRequest: '{}', connections: 1 },
    { case: 'keeps two with keepAliveConnections 0', originRequest: '{keepAliveConnections: 0}', connections: 1 },
    { case: 'keeps none with keepAliveConnections -1', originRequest: '{keepAliveConnections: -1}', connections: 5 },
  ])('$case: five requests use $connections', async ({ originRequest, connections }) => {
    const origin = await anOrigin((_request, response) => response.end('ok'));
    const tunnel = await running(subject, toWeb(originRequest));
    leadTo(tunnel, origin.address);

    for (let request = 0; request < 5; request += 1) await tunnel.edge.ask();

    expect(origin.connections()).toBe(connections);
  });

  it.each([
    { case: 'events', headers: { 'content-type': 'text/event-stream', 'content-length': '6' } },
    { case: 'a response of unknown length', headers: {} },
  ])('streams $case', async ({ headers }) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const origin = await anOrigin((_request, response) => {
      response.writeHead(200, headers).write('one');
      void released.then(() => response.end('two'));
    });
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, origin.address);

    const { next } = await open(tunnel);

    expect((await next(3)).toString()).toBe('one');
    release();
    expect((await next(6)).toString()).toBe('onetwo');
  });

  it('forwards a large body in both directions', async () => {
    const origin = await anOrigin((request, response) => void request.pipe(response));
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, origin.address);
    const body = 'x'.repeat(3_000_000);

    expect((await tunnel.edge.ask('/', {}, body)).body).toHaveLength(body.length);
  });

  it.each([
    { case: 'rejects an untrusted certificate', originRequest: '{}', status: 502 },
    { case: 'accepts any certificate with noTLSVerify', originRequest: '{noTLSVerify: true}', status: 200 },
    {
      case: 'accepts a certificate that caPool trusts, for the right name',
      originRequest: '{caPool: /ca.pem, originServerName: origin.test}',
      status: 200,
    },
    { case: 'rejects a certificate for another name', originRequest: '{caPool: /ca.pem}', status: 502 },
  ])('$case', async ({ originRequest, status }) => {
    const server = createHttpsServer(SELF_SIGNED, (_request, response) => response.end('ok'));
    stopAfterTest(() => server.closeAllConnections());
    const files = new Map([['/ca.pem', SELF_SIGNED.cert]]);
    const tunnel = await running(subject, toWeb(originRequest, 'https'), { files });
    leadTo(tunnel, await listening(server));

    expect((await tunnel.edge.ask()).status).toBe(status);
  });

  it.each([
    { case: 'HTTP/2 with http2Origin', originRequest: '{http2Origin: true, noTLSVerify: true}', version: '2.0' },
    { case: 'HTTP/1.1 without it', originRequest: '{noTLSVerify: true}', version: '1.1' },
  ])('uses $case with an origin that supports both', async ({ originRequest, version }) => {
    const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: true }, (request, response) => {
      const { host = request.headers[':authority'], te } = request.headers;
      void text(request).then((body) => response.end(`${request.httpVersion} ${String(host)} ${String(te)} ${body}`));
    });
    const tunnel = await running(subject, toWeb(originRequest, 'https'));
    leadTo(tunnel, await listening(server));

    const answer = await tunnel.edge.ask('/', { te: 'trailers' }, 'ping');

    expect(answer.body).toBe(`${version} app.example.com trailers ping`);
  });

  it('uses HTTP/1.1 with a plain origin, with or without http2Origin', async () => {
    const tunnel = await running(subject, toWeb('{http2Origin: true}'));
    leadTo(tunnel, await aMirror());

    expect((await tunnel.edge.ask()).body).toContain('"version":"1.1"');
  });

  it('opens a WebSocket to the origin and connects both sides', async () => {
    const origin = await anOrigin((_request, response) => response.writeHead(400).end());
    const sockets = new WebSocketServer({ server: origin.server });
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString()}`)),
    );
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, origin.address);

    const { stream, status, headers, next } = await open(tunnel, WEB_SOCKET);
    stream.write(frame(1, 'hello'));

    expect([status, headers.get('Sec-Websocket-Accept')]).toEqual([200, ACCEPT]);
    expect((await next(12)).subarray(2).toString()).toBe('echo hello');
    stream.destroy();
  });

  it('forwards the response of an origin that declines a WebSocket', async () => {
    const origin = await anOrigin((_request, response) => response.writeHead(403).end('no'));
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, origin.address);

    expect(await tunnel.edge.ask('/', WEB_SOCKET)).toMatchObject({ status: 403, body: 'no' });
  });

  /** In the same Pod, because the real cloudflared dials TCP services elsewhere without the proxy. */
  async function aTunnelToTcp(server: NetServer): Promise<Running> {
    const { port, options } = await besideConnector(subject, server);
    return running(subject, `ingress: [{service: "tcp://127.0.0.1:${port}"}]`, options);
  }

  it('carries TCP in binary WebSocket frames', async () => {
    const server = createTcpServer((socket) => socket.on('data', (data) => socket.write(`got ${data.toString()}`)));
    const tunnel = await aTunnelToTcp(server);

    const { stream, status, headers, next } = await open(tunnel, WEB_SOCKET);
    stream.write(frame(2, 'select 1'));

    expect([status, headers.get('Sec-Websocket-Accept')]).toEqual([200, ACCEPT]);
    expect(await next(14)).toEqual(Buffer.concat([Buffer.from([0x82, 12]), Buffer.from('got select 1')]));
    stream.write(frame(8, ''));
    expect((await next(16)).subarray(14)).toEqual(Buffer.from([0x88, 0]));
    stream.destroy();
  });

  it('answers 502 if a TCP service is down, for any client', async () => {
    const tunnel = await running(subject, 'ingress: [{service: "tcp://127.0.0.1:1"}]');

    expect(await tunnel.edge.ask()).toMatchObject({ status: 502, src: 'cloudflared' });
    expect(await tunnel.edge.ask('/', WEB_SOCKET)).toMatchObject({ status: 502, src: 'cloudflared' });
  });

  it('sends no readable response to a browser that requests a TCP service', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    const tunnel = await aTunnelToTcp(server);

    const { stream, status, headers } = await open(tunnel);

    expect([status, headers.size]).toEqual([200, 0]);
    stream.destroy();
  });
});

import { createServer, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { SELF_SIGNED } from '../../edge/self-signed.ts';
import { besideConnector } from './origins.ts';
import { ACCEPT, frame, open, WEB_SOCKET } from './open-stream.ts';
import { type Running, running, type Subject, SUBJECTS } from './subjects.ts';

const secured = (port: number) => `https://127.0.0.1:${port}`;

function respond(_request: unknown, response: { end(text: string): unknown }): void {
  response.end('other');
}

function echo(socket: WebSocket): void {
  socket.on('message', (data) => socket.send(data));
}

/** A tunnel to a server on the loopback address of the Pod, which containers call by any of its names. */
async function aTunnelTo(
  subject: Subject,
  server: Server | Http2SecureServer,
  serviceAt: (port: number) => string,
  originRequest = '{}',
): Promise<Running> {
  const { port, options } = await besideConnector(subject, server);
  const service = serviceAt(port);
  return running(subject, `ingress: [{ service: "${service}", originRequest: ${originRequest} }]`, options);
}

describe.each(SUBJECTS)('another container of the Pod, with $name', (subject) => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('is reached at %s', async (host) => {
    const server = createServer((request, response) => response.end(request.headers.host));
    const { edge } = await aTunnelTo(subject, server, (port) => `http://${host}:${port}`);

    expect(await edge.ask('/')).toMatchObject({ status: 200, body: 'app.example.com' });
  });

  it('is reached with a configuration from the edge', async () => {
    const server = createServer((_request, response) => response.end('reached'));
    let service = '';
    const { edge } = await aTunnelTo(subject, server, (port) => {
      service = `http://127.0.0.1:${port}`;
      return 'http_status:404';
    });
    const [connection] = edge.connections;

    await connection?.configure({ version: 1, config: { ingress: [{ service }] } });

    expect((await edge.ask('/')).body).toBe('reached');
  });

  it.each(['http', 'https'])(
    'gets WebSockets over %s, which use HTTP/1.1 even if others use HTTP/2',
    async (scheme) => {
      const server =
        scheme === 'http' ? createServer(respond) : createSecureServer({ ...SELF_SIGNED, allowHTTP1: true }, respond);
      const sockets = new WebSocketServer({ noServer: true });
      (server as Server).on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, echo));
      const at = (port: number) => `${scheme}://127.0.0.1:${port}`;
      const tunnel = await aTunnelTo(subject, server, at, '{ http2Origin: true, noTLSVerify: true }');
      expect((await tunnel.edge.ask('/')).body).toBe('other');

      const { stream, status, headers, next } = await open(tunnel, WEB_SOCKET);
      stream.write(frame(1, 'hello'));

      expect([status, headers.get('Sec-Websocket-Accept')]).toEqual([200, ACCEPT]);
      expect((await next(7)).subarray(2).toString()).toBe('hello');
      stream.destroy();
    },
  );

  it('gets HTTP/2 over TLS, and its trailers are passed on', async () => {
    const server = createSecureServer(SELF_SIGNED);
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '7' }));
      stream.end(headers[':authority']);
    });
    const { edge } = await aTunnelTo(subject, server, secured, '{ http2Origin: true, noTLSVerify: true }');

    expect(await edge.ask('/', {}, 'message')).toMatchObject({
      status: 200,
      body: 'app.example.com',
      trailers: { 'grpc-status': '7' },
    });
  });

  it('that does not listen is answered with 502', async () => {
    const server = createServer();
    const { edge } = await aTunnelTo(subject, server, () => 'http://127.0.0.1:1');

    expect(await edge.ask('/')).toMatchObject({ status: 502 });
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Server as NetServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { type Mount, realPath, SharedFolders } from '../../../src/kubelet/mounts.ts';
import { SELF_SIGNED } from '../../edge/self-signed.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { WEB_SOCKET } from './open-stream.ts';
import { logged, type Running, running, type Subject, SUBJECTS } from './subjects.ts';

const SOCKET = '/var/run/proxy/http.sock';

const rules = (service: string, originRequest = '{}') => `
ingress:
  - hostname: app.example.com
    service: ${service}
    originRequest: ${originRequest}
  - service: http_status:404
`;

/** The mount of a Pod whose containers share a folder. */
function sharedMount(): Mount {
  const folders = new SharedFolders();
  stopAfterTest(() => folders.remove());
  return { kind: 'shared', path: '/var/run/proxy', folder: () => folders.folderOf({ name: 'run', mountPath: '' }) };
}

async function listen(server: NetServer, mount: Mount): Promise<void> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await once(server.listen(realPath([mount], SOCKET)), 'listening');
  stopAfterTest(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}

interface World {
  readonly server: Server;
  readonly connections: () => number;
  readonly tunnel: Running;
}

async function aTunnelTo(subject: Subject, originRequest?: string): Promise<World> {
  const mount = sharedMount();
  const server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await listen(server, mount);
  const tunnel = await running(subject, rules(`unix:${SOCKET}`, originRequest), { mounts: [mount] });
  return { server, connections: () => connections, tunnel };
}

describe.each(SUBJECTS)('a Unix socket of the Pod, with $name', (subject) => {
  it('gets the requests, with the hostname of the visitor, on a connection that stays open', async () => {
    const { tunnel, connections } = await aTunnelTo(subject);

    for (const path of ['/a?b=c', '/d', '/e']) {
      expect(await tunnel.edge.ask(path)).toMatchObject({ status: 200, body: `app.example.com ${path}` });
    }
    expect(connections()).toBe(1);
  });

  it('gets another host for none of the settings, which cloudflared has only for addresses', async () => {
    const { tunnel } = await aTunnelTo(subject, '{ httpHostHeader: other.example.com }');

    expect((await tunnel.edge.ask('/')).body).toBe('app.example.com /');
  });

  it('gets no WebSockets, because cloudflared gives their requests no host', async () => {
    const { tunnel } = await aTunnelTo(subject);

    expect(await tunnel.edge.ask('/', WEB_SOCKET)).toMatchObject({ status: 502, src: 'cloudflared' });

    expect(await logged(tunnel, 'originService')).toContain('http: no Host in request URL');
  });

  it('that nobody listens on is answered with 502', async () => {
    const { edge } = await running(subject, rules(`unix:${SOCKET}`), { mounts: [sharedMount()] });

    expect(await edge.ask('/')).toMatchObject({ status: 502 });
  });

  it('is found by the path in a configuration from the edge', async () => {
    const { tunnel } = await aTunnelTo(subject);
    const [connection] = tunnel.edge.connections;
    const ingress = [{ hostname: 'new.example.com', service: `unix:${SOCKET}` }, { service: 'http_status:404' }];

    expect(await connection?.configure({ version: 1, config: { ingress } })).toMatchObject({ lastAppliedVersion: 1 });

    expect(await tunnel.edge.ask('/x', { ':authority': 'new.example.com' })).toMatchObject({
      status: 200,
      body: 'new.example.com /x',
    });
  });
});

describe.each(SUBJECTS)('a Unix socket with TLS and HTTP/2, with $name', (subject) => {
  it('gets requests over HTTP/2, and its trailers are passed on, as gRPC needs them', async () => {
    const mount = sharedMount();
    const server = createSecureServer(SELF_SIGNED);
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '7' }));
      stream.end(headers[':authority']);
    });
    await listen(server, mount);
    const config = rules(`unix+tls:${SOCKET}`, '{ http2Origin: true, noTLSVerify: true }');
    const { edge } = await running(subject, config, { mounts: [mount] });

    const answer = await edge.ask('/', { 'content-type': 'application/grpc' }, 'message');

    expect(answer).toMatchObject({ status: 200, body: 'app.example.com', trailers: { 'grpc-status': '7' } });
  });
});

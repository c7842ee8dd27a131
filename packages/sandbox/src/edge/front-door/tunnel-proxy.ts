import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { EdgeAssumptions } from '../assumptions.ts';
import { KEEP_IDLE, listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import type { TunnelRegistry } from '../tunnel-registry.ts';
import { UPGRADES } from './front-door.ts';
import { handleRequests } from './request-handler.ts';
import { handleStreams } from './stream-handler.ts';

export interface TunnelProxyOptions {
  readonly registry: TunnelRegistry;
  readonly assumptions: EdgeAssumptions;
}

/** The servers behind the address of one tunnel. They have no port of their own. */
interface TunnelDoor {
  readonly http1: Server;
  readonly http2: Http2Server;
}

/** The address of a tunnel, and the ports on which Cloudflare's edge serves plain HTTP. */
const TUNNEL_ADDRESS = /^(?<id>[0-9a-f-]{36})\.cfargotunnel\.com:(?:80|8080|8880|20[589]2|2086|2095)$/;

/** The beginning of what an HTTP/2 client sends first. No HTTP/1.1 method begins so. */
const PREFACE = Buffer.from('PRI ');

/**
 * A forward proxy (CONNECT) on which every tunnel can be reached by its own address, with any `Host`: HTTP/1.1,
 * WebSocket and HTTP/2, without TLS.
 *
 * Assumption: none. Cloudflare has no such door, because its edge finds the tunnel by the hostname. It exists for
 * conformance tests of the Gateway API, which visit the address of a Gateway with names that are in no zone.
 */
export function startTunnelProxy(options: TunnelProxyOptions): Promise<LoopbackServer> {
  const doors = new Map<string, TunnelDoor>();
  const proxy = createServer((_request, response) => response.writeHead(405, { allow: 'CONNECT' }).end());
  proxy.on('connect', (request, socket: Socket, head) => {
    socket.on('error', () => undefined); // the close that follows ends it
    const tunnelId = TUNNEL_ADDRESS.exec(request.url ?? '')?.groups?.['id'];
    if (tunnelId === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    const door = doors.get(tunnelId) ?? openDoor(tunnelId, options);
    doors.set(tunnelId, door);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    admit(socket, head, door);
  });
  return listenOnLoopback(proxy, 0);
}

function openDoor(tunnelId: string, options: TunnelProxyOptions): TunnelDoor {
  const handling = { ...options, resolve: () => ({ kind: 'tunnel', tunnelId }) as const };
  const door = { http1: createServer({ ...UPGRADES, ...KEEP_IDLE }), http2: createHttp2Server() };
  handleRequests(door.http1, 'http', handling);
  handleStreams(door.http2, 'http', handling);
  return door;
}

/** The first bytes tell the version of HTTP. */
function admit(socket: Socket, head: Buffer, { http1, http2 }: TunnelDoor): void {
  if (head.length > 0) socket.unshift(head);
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    if (first === null) return; // the visitor has gone
    socket.unshift(first);
    const server = first.subarray(0, PREFACE.length).equals(PREFACE) ? http2 : http1;
    server.emit('connection', socket);
  });
}

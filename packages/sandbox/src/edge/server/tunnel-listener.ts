import { createServer } from 'node:tls';
import type { EdgeAddress, RelocatedConnectors } from '../edge-address.ts';
import { listenOnLoopback } from '../loopback-server.ts';
import type { TunnelRegistry } from '../tunnel-registry.ts';
import { EDGE_SERVER_NAME } from '../wire/request-kind.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { TunnelConnection } from './tunnel-connection.ts';

/** The listener for connectors. */
export interface TunnelListener {
  readonly address: EdgeAddress;
  /** All open connections, registered or not. */
  connections(): readonly TunnelConnection[];
  /** Closes the listener and all connections. */
  stop(): Promise<void>;
}

/** Starts listening for connectors. Port 0 selects any free port. */
export async function startTunnelListener(
  port: number,
  authority: CertificateAuthority,
  registry: TunnelRegistry,
): Promise<TunnelListener> {
  const open = new Set<TunnelConnection>();
  const relocated: RelocatedConnectors = new Map();
  // No ALPN: cloudflared offers none, and both sides assume HTTP/2.
  const server = createServer(await authority.issue(EDGE_SERVER_NAME), (socket) => {
    const connection = new TunnelConnection(socket, registry, relocated);
    open.add(connection);
    socket.once('close', () => open.delete(connection));
  });
  const listening = await listenOnLoopback(server, port);
  return {
    address: { host: '127.0.0.1', port: listening.port, caPem: authority.caPem, relocated },
    connections: () => [...open],
    stop: () => listening.stop(),
  };
}

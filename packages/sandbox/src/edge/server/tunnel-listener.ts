import { createServer } from 'node:tls';
import type { EdgeAddress } from '../edge-address.ts';
import { listenOnLoopback } from '../loopback-server.ts';
import type { TunnelRegistry } from '../tunnel-registry.ts';
import { EDGE_SERVER_NAME } from '../wire/request-kind.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { TunnelConnection } from './tunnel-connection.ts';

/** Where connectors dial in. */
export interface TunnelListener {
  readonly address: EdgeAddress;
  /** The connections that are open now, registered or not. */
  connections(): readonly TunnelConnection[];
  /** Ends at once, and every connection with it. */
  stop(): Promise<void>;
}

/** Starts listening for connectors; port 0 takes any free one. */
export async function startTunnelListener(
  port: number,
  authority: CertificateAuthority,
  registry: TunnelRegistry,
): Promise<TunnelListener> {
  const open = new Set<TunnelConnection>();
  // No ALPN: cloudflared offers none, and both ends speak HTTP/2 without having said so.
  const server = createServer(await authority.issue(EDGE_SERVER_NAME), (socket) => {
    const connection = new TunnelConnection(socket, registry);
    open.add(connection);
    socket.once('close', () => open.delete(connection));
  });
  const listening = await listenOnLoopback(server, port);
  return {
    address: { host: '127.0.0.1', port: listening.port, caPem: authority.caPem },
    connections: () => [...open],
    stop: () => listening.stop(),
  };
}

import { DEFAULT_EDGE_ASSUMPTIONS, type EdgeAssumptions } from './assumptions.ts';
import type { EdgeAddress } from './edge-address.ts';
import type { AccessGate } from './front-door/access-gate.ts';
import { type FrontDoor, startFrontDoor } from './front-door/front-door.ts';
import type { HostResolution } from './front-door/host-resolution.ts';
import { startTunnelProxy } from './front-door/tunnel-proxy.ts';
import { createCertificateAuthority } from './server/certificate-authority.ts';
import type { TunnelConnection } from './server/tunnel-connection.ts';
import { startTunnelListener } from './server/tunnel-listener.ts';
import type { TunnelRegistry } from './tunnel-registry.ts';

export interface EdgeOptions {
  readonly registry: TunnelRegistry;
  /** The emulated DNS. */
  readonly resolve: (host: string) => HostResolution;
  /** Cloudflare Access. Absent: nothing is protected. */
  readonly gate?: AccessGate;
  /** Ports of the front door and of the listener for connectors. Default: any free ports. */
  readonly port?: number;
  readonly securePort?: number;
  readonly connectorPort?: number;
  readonly assumptions?: Partial<EdgeAssumptions>;
}

/** Cloudflare's edge, between visitors and connectors. */
export interface Edge extends FrontDoor {
  /** The address that connectors dial. */
  readonly address: EdgeAddress;
  /** A forward proxy behind which every tunnel has its address, `<id>.cfargotunnel.com:80`. For conformance tests. */
  readonly tunnelProxyUrl: string;
  /** PEM of the CA of every edge certificate, for visitors to trust. */
  readonly caPem: string;
  /** The connections of connectors, each of which can be dropped, or drained as for maintenance. */
  connections(): readonly TunnelConnection[];
}

/** Starts the edge on loopback. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const authority = await createCertificateAuthority();
  const listener = await startTunnelListener(options.connectorPort ?? 0, authority, options.registry);
  const door = await startFrontDoor({ ...options, authority });
  const tunnelProxy = await startTunnelProxy({
    registry: options.registry,
    assumptions: { ...DEFAULT_EDGE_ASSUMPTIONS, ...options.assumptions },
  });
  return {
    ...door,
    tunnelProxyUrl: `http://127.0.0.1:${tunnelProxy.port}`,
    address: listener.address,
    caPem: authority.caPem,
    connections: () => listener.connections(),
    stop: async () => {
      await door.stop();
      await tunnelProxy.stop();
      await listener.stop();
    },
  };
}

import type { Access, Endpoint } from '../http/endpoint.ts';
import { Granting } from '../identity/permissions.ts';
import { putConfiguration, showConfiguration } from './configurations.ts';
import { cleanUpConnections, listConnections, showConnector } from './connections.ts';
import {
  createManagementToken,
  createTunnel,
  deleteTunnel,
  editTunnel,
  listTunnels,
  showToken,
  showTunnel,
} from './tunnels.ts';

const reads: Access = { scope: 'account', anyOf: Granting.tunnelRead };
const writes: Access = { scope: 'account', anyOf: Granting.tunnelWrite };

const TUNNELS = '/accounts/:account/cfd_tunnel';
const TUNNEL = `${TUNNELS}/:tunnel`;

/**
 * Cloudflare Tunnel. Reading a token requires write permission, because its holder can serve the traffic of the tunnel.
 */
export const tunnelEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: TUNNELS, access: writes, handle: createTunnel },
  { method: 'GET', path: TUNNELS, access: reads, handle: listTunnels },
  { method: 'GET', path: '/accounts/:account/tunnels', access: reads, handle: listTunnels },
  { method: 'GET', path: TUNNEL, access: reads, handle: showTunnel },
  { method: 'PATCH', path: TUNNEL, access: writes, handle: editTunnel },
  { method: 'DELETE', path: TUNNEL, access: writes, handle: deleteTunnel },
  { method: 'GET', path: `${TUNNEL}/token`, access: writes, handle: showToken },
  { method: 'POST', path: `${TUNNEL}/management`, access: writes, handle: createManagementToken },
  { method: 'GET', path: `${TUNNEL}/connections`, access: reads, handle: listConnections },
  { method: 'DELETE', path: `${TUNNEL}/connections`, access: writes, handle: cleanUpConnections },
  { method: 'GET', path: `${TUNNEL}/connectors/:connector`, access: reads, handle: showConnector },
  { method: 'GET', path: `${TUNNEL}/configurations`, access: reads, handle: showConfiguration },
  { method: 'PUT', path: `${TUNNEL}/configurations`, access: writes, handle: putConfiguration },
];

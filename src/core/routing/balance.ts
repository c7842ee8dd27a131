import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { schemeOf } from '../model/protocol.ts';
import type { Balance } from '../model/route.ts';
import type { Target } from '../model/route-request.ts';
import { inOrder } from '../model/setting-order.ts';

/** How many idle connections cloudflared keeps by default. */
const DEFAULT_CONNECTIONS = 100;

/**
 * Applies `balance: connection`. A setting is needed only where the Tunnel keeps no connections by default; elsewhere
 * connections are kept already, and the Tunnel decides how many.
 */
export function keepConnections(target: Target, balance: Balance | undefined, { originRequest }: TunnelSpec): Target {
  const doesTunnelKeepNone = (originRequest?.keepAliveConnections ?? DEFAULT_CONNECTIONS) < 0;
  const isSet = target.originRequest?.keepAliveConnections !== undefined;
  const isWeb = schemeOf(target.origin).startsWith('http');
  if (balance !== 'connection' || !doesTunnelKeepNone || isSet || !isWeb) return target;
  return { ...target, originRequest: inOrder({ ...target.originRequest, keepAliveConnections: DEFAULT_CONNECTIONS }) };
}

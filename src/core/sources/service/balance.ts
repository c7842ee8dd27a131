import { ORIGIN_ANNOTATIONS } from '../../../api/origin-annotations.ts';
import type { TunnelSpec } from '../../../api/tunnel.gen.ts';
import { schemeOf } from '../../model/protocol.ts';
import type { Balance, OriginRequest } from '../../model/route.ts';
import type { Target } from './parsed-route.ts';

/** How many idle connections cloudflared keeps where nobody says anything. */
const USUAL_CONNECTIONS = 100;

/**
 * `balance: connection` has to be put to cloudflared only where the Tunnel's own default is to keep no connection open:
 * elsewhere connections are kept as it is, and how many of them is left to the Tunnel.
 */
export function keepingConnections(
  target: Target,
  balance: Balance | undefined,
  { originRequest }: TunnelSpec,
): Target {
  const isTunnelKeepingNone = (originRequest?.keepAliveConnections ?? USUAL_CONNECTIONS) < 0;
  const isDecided = target.originRequest?.keepAliveConnections !== undefined;
  const isWeb = schemeOf(target.origin).startsWith('http');
  if (balance !== 'connection' || !isTunnelKeepingNone || isDecided || !isWeb) return target;
  return { ...target, originRequest: inOrder({ ...target.originRequest, keepAliveConnections: USUAL_CONNECTIONS }) };
}

/** In the order of the table, so that the same settings are the same bytes wherever they come from. */
function inOrder(settings: OriginRequest): OriginRequest {
  return Object.fromEntries(
    ORIGIN_ANNOTATIONS.flatMap(({ setting }) =>
      setting !== 'caPool' && setting in settings ? [[setting, settings[setting]]] : [],
    ),
  );
}

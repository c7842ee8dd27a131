import type { Tunnel } from '../../../api/objects.ts';
import type { Route } from '../../../core/model/route.ts';
import type { RoutingTable } from '../../../core/routing/table.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Cache } from './ports.ts';
import type { TunnelPass } from './tunnel-pass.ts';

export interface WantedRoutesPort {
  readonly tunnels: Cache<Tunnel>;
  readonly routing: () => Pick<RoutingTable, 'published'>;
}

/**
 * The routes that are to be published at this moment. A Tunnel whose deletion has begun during the pass has none any
 * more, but what becomes of its rules and records is for its clean-up to decide: those of a suspended one stay.
 */
export function wantedRoutes({ tunnels, routing }: WantedRoutesPort, { key, tunnel }: TunnelPass): readonly Route[] {
  const current = tunnels.get(key);
  const isCurrent = current !== undefined && current.metadata.uid === tunnel.metadata.uid;
  if (!isCurrent || current.metadata.deletionTimestamp !== undefined)
    throw new OperatorError('Deleting', 'wait', 'The Tunnel is being deleted');
  return routing().published.get(key) ?? [];
}

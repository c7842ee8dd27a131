import { isLanName } from '../model/lan-name.ts';
import { claimOf } from '../model/route.ts';
import type { RouteResult } from '../routing/table.ts';
import { type TunnelObservation, isLive } from './exposed.ts';

/** `refused`: a person has to correct the request, or the Tunnel. `waiting`: it is being carried out. */
export type ServeState = 'served' | 'refused' | 'waiting';

/** How far a request has come: it is served when each of its routes is live and every connector has the rules. Names of the
 * local network need no connector. */
export function serveStateOf(
  { routes, problems }: Pick<RouteResult, 'routes' | 'problems'>,
  observation: TunnelObservation | undefined,
): ServeState {
  if (problems.some(({ reason }) => reason !== 'Progressing')) return 'refused';
  if (observation === undefined || routes.length === 0) return 'waiting';
  // Connectors that cannot start are a problem of the cluster, and may only be slow.
  if (observation.blocked !== undefined && observation.unconnected === undefined) return 'refused';
  const refusals = routes.map(
    (route) => observation.refusedRules.get(claimOf(route)) ?? observation.refused.get(route.hostname),
  );
  if (refusals.some((problem) => problem !== undefined && problem.reason !== 'Progressing')) return 'refused';
  const isServed = observation.isServed || routes.every(isLanName);
  return isServed && routes.every((route) => isLive(route, observation)) ? 'served' : 'waiting';
}

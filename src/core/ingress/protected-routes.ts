/** The last check that no route is published without the Access that it asks for. */
import { type RefusedRoute, type Route, claimOf } from '../model/route.ts';
import type { CheckedRoutes } from './validate.ts';

/** A route with policies needs an application at Cloudflare that stands in front of it. */
export function refuseUnprotected(routes: readonly Route[]): CheckedRoutes {
  const bad = routes.filter(lacksProtection);
  return { good: bad.length === 0 ? routes : routes.filter((route) => !lacksProtection(route)), bad: bad.map(refused) };
}

function lacksProtection({ access, protection }: Route): boolean {
  return access !== undefined && access !== 'none' && protection === undefined;
}

function refused(route: Route): RefusedRoute {
  const why = `${claimOf(route)} is not published: it has no Access application yet`;
  return { route, why, reason: 'AccessNotReady' };
}

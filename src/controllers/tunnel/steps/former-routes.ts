import { sameJson } from '../../../core/equal.ts';
import { compare } from '../../../core/keys.ts';
import type { Route } from '../../../core/model/route.ts';
import { encodeRoute } from '../../../core/published-routes/route-entry.ts';
import type { TunnelMemory } from '../pass/memory.ts';

/** How long a proxy takes to read a configuration once its kubelet has been told of it. */
export const PROXY_READS_MS = 3_000;

/** How long clusters stay that no route names any more: longer than a kubelet takes that was not told of a change. */
const FORMER_MS = 120_000;

/** Since when the proxies have had the same routes. */
const SAME_ROUTES = 'same routes in proxies';

export interface FormerRoutes {
  /** Routes that the proxies had until a while ago. */
  readonly former: readonly Route[];
  /** Routes whose clusters the proxies have, or keep. */
  readonly before: readonly Route[];
  /** When the answer will be another one; absent: never. */
  readonly dueInMs?: number;
}

/**
 * A proxy reads routes and clusters one after the other. So the clusters of former routes stay for a while, since a
 * request may be on its way to them; and what adds clusters is followed by another configuration, from which a proxy
 * takes the routes that it has refused because their clusters were not there yet.
 */
export function formerRoutes(
  { proxy, waits }: Pick<TunnelMemory, 'proxy' | 'waits'>,
  routes: readonly Route[],
  published: readonly Route[],
): FormerRoutes {
  const last = proxy.routes ?? published;
  if (!sameJson(last, routes) && asText(last) !== asText(routes)) {
    waits.end(SAME_ROUTES);
    waits.startOrContinue(SAME_ROUTES);
    const former = [...proxy.former, ...last];
    return { former, before: former, dueInMs: PROXY_READS_MS };
  }
  const sinceMs = proxy.former.length === 0 ? FORMER_MS : waits.startOrContinue(SAME_ROUTES);
  if (sinceMs >= FORMER_MS) return { former: [], before: routes };
  if (sinceMs >= PROXY_READS_MS) return { former: proxy.former, before: [...proxy.former, ...routes] };
  return { former: proxy.former, before: proxy.former, dueInMs: PROXY_READS_MS - sinceMs };
}

/** Whatever order they come in, and without what only the operator reads of them. */
function asText(routes: readonly Route[]): string {
  const lines = routes.map((route) => {
    const { isLeaving: _, isUnrecorded: __, dns: ___, ...rest } = route;
    return encodeRoute(rest);
  });
  return lines.toSorted(compare).join('\n');
}

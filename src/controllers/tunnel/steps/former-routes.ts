import { sameJson } from '../../../core/equal.ts';
import { routesForProxy } from '../../../core/ingress/proxied-routes.ts';
import type { Route } from '../../../core/model/route.ts';
import type { TunnelMemory } from '../pass/memory.ts';

/** How long clusters stay that no route names any more: longer than a kubelet takes that was not told of a change. */
const FORMER_MS = 120_000;

/** Since when the proxies have had the same routes. */
const SAME_ROUTES = 'same routes in proxies';

/**
 * Routes that the configuration was made from until a while ago. A proxy may read its files one after the other, and a
 * request may be on its way to one of their clusters. After a restart, those that were published before count.
 */
export function formerRoutes(
  { proxy, waits }: Pick<TunnelMemory, 'proxy' | 'waits'>,
  { routes, before }: { readonly routes: readonly Route[]; readonly before: readonly Route[] },
): readonly Route[] {
  const last = proxy.routes ?? routesForProxy(before, new Set());
  if (sameJson(last, routes)) return waits.startOrContinue(SAME_ROUTES) < FORMER_MS ? proxy.former : NONE;
  waits.end(SAME_ROUTES);
  waits.startOrContinue(SAME_ROUTES);
  return [...proxy.former, ...last];
}

const NONE: readonly Route[] = [];

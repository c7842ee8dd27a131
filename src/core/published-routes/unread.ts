/** Published sources of kinds that may not be read: whether they still ask for their routes is unknown. */
import { HOSTNAME, ROUTES, TUNNEL } from '../../api/annotations.ts';
import { splitKey } from '../keys.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { type SourceKey, kindOf, objectKeyOf, titleOf } from '../model/source.ts';
import type { TunnelRoutes } from './by-tunnel.ts';

/** Requests that keep what is published, until the objects can be read again. */
export function unreadRequests(
  published: readonly TunnelRoutes[],
  isUnread: (source: SourceKey) => boolean,
): readonly RouteRequest[] {
  const sources = new Set(published.flatMap(({ routes }) => [...(routes?.keys() ?? [])]));
  return [...sources].filter(isUnread).map(unreadRequest);
}

/** It has no time of creation, so it counts as the oldest and keeps what it holds. */
function unreadRequest(source: SourceKey): RouteRequest {
  const message = `${titleOf(source)} may not be read by the operator, so what was published stays`;
  return {
    source,
    kind: kindOf(source),
    ...splitKey(objectKeyOf(source)),
    createdAt: '',
    hasFinalizer: true,
    tunnel: undefined,
    routes: [],
    problems: [{ reason: 'Progressing', message }],
    warnings: [],
    forbidden: undefined,
    fields: { tunnel: TUNNEL.key, hostname: HOSTNAME.key, routes: ROUTES.key, reason: 'InvalidSpec' },
  };
}

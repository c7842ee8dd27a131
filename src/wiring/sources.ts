import type { WatchedName } from '../adapters/kubernetes/watched-kinds.ts';
import { GATEWAYS } from '../core/sources/gateway/gateway-source.ts';
import { GRPC_ROUTES } from '../core/sources/grpc-route/grpc-route-source.ts';
import { HTTP_ROUTES } from '../core/sources/http-route/http-route-source.ts';
import { INGRESSES } from '../core/sources/ingress/ingress-source.ts';
import { SERVICES } from '../core/sources/service/service-source.ts';
import type { RouteSource } from '../core/sources/source.ts';

export interface WatchedSource {
  readonly plural: WatchedName;
  readonly source: RouteSource;
}

/** The kinds of objects that routes come from. A new kind is one entry. */
export const SOURCES: readonly WatchedSource[] = [
  { plural: 'services', source: SERVICES },
  { plural: 'ingresses', source: INGRESSES },
  { plural: 'gateways', source: GATEWAYS },
  { plural: 'httproutes', source: HTTP_ROUTES },
  { plural: 'grpcroutes', source: GRPC_ROUTES },
];

import type { HttpRoute } from '../../../api/gateway-routes.ts';
import { gatewayRouteSource } from '../../gateway/route-source.ts';
import type { RouteSource } from '../source.ts';
import { HTTP_ROUTE, parseHttpRoute } from './parse.ts';

/** HTTPRoutes that a Gateway of ours is a parent of. */
export const HTTP_ROUTES: RouteSource<HttpRoute> = gatewayRouteSource(HTTP_ROUTE, parseHttpRoute);

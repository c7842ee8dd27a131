import type { GrpcRoute } from '../../../api/gateway-routes.ts';
import { gatewayRouteSource } from '../../gateway/route-source.ts';
import type { RouteSource } from '../source.ts';
import { GRPC_ROUTE, parseGrpcRoute } from './parse.ts';

/** GRPCRoutes that a Gateway of ours is a parent of. */
export const GRPC_ROUTES: RouteSource<GrpcRoute> = gatewayRouteSource(GRPC_ROUTE, parseGrpcRoute);

/** Parses the routes of a GRPCRoute. */
import type { GrpcRoute } from '../../../api/gateway-routes.ts';
import type { ReferringRoute } from '../../gateway/backend.ts';
import { readMatches } from '../../gateway/matches.ts';
import { requestOf } from '../../gateway/request.ts';
import { readRule } from '../../gateway/rule.ts';
import type { RouteRequest } from '../../model/route-request.ts';
import type { Parsers } from '../parsers.ts';
import type { RelatedObjects } from '../related.ts';
import { readMatch } from './matches.ts';

export const GRPC_ROUTE = 'GRPCRoute';

/** gRPC needs HTTP/2 from end to end. */
const SETTINGS = { isHttp2: true } as const;

export function parseGrpcRoute(route: GrpcRoute, parsers: Parsers, related: RelatedObjects): RouteRequest {
  const { namespace = '' } = route.metadata;
  const referring: ReferringRoute = { kind: GRPC_ROUTE, namespace, isGrpc: true, related };
  const parts = (route.spec.rules ?? []).map((rule, index) => ({
    place: `spec.rules[${index}]`,
    rule: readRule(rule, SETTINGS, referring),
    matches: readMatches(rule.matches, (match) => readMatch(match, parsers)),
  }));
  return requestOf(GRPC_ROUTE, route, { parts, related });
}

/** Parses the routes of an HTTPRoute. */
import type { HttpRoute, HttpRouteRule } from '../../../api/gateway-routes.ts';
import type { ReferringRoute } from '../../gateway/backend.ts';
import { milliseconds } from '../../gateway/durations.ts';
import { readMatches } from '../../gateway/matches.ts';
import { requestOf } from '../../gateway/request.ts';
import { type ReadRule, readRule } from '../../gateway/rule.ts';
import type { Retry, Timeouts } from '../../model/proxy-rule.ts';
import type { RouteRequest } from '../../model/route-request.ts';
import type { Parsers } from '../parsers.ts';
import type { RelatedObjects } from '../related.ts';
import { readMatch } from './matches.ts';

export const HTTP_ROUTE = 'HTTPRoute';

export function parseHttpRoute(route: HttpRoute, parsers: Parsers, related: RelatedObjects): RouteRequest {
  const { namespace = '' } = route.metadata;
  const referring: ReferringRoute = { kind: HTTP_ROUTE, namespace, isGrpc: false, related };
  const parts = (route.spec.rules ?? []).map((rule, index) => ({
    place: `spec.rules[${index}]`,
    rule: readRule(rule, settingsOf(rule), referring),
    matches: readMatches(rule.matches, (match) => readMatch(match, parsers)),
  }));
  return requestOf(HTTP_ROUTE, route, { parts, related });
}

function settingsOf({ timeouts, retry }: HttpRouteRule): ReadRule['more'] {
  const limits = timeoutsOf(timeouts);
  const again = retryOf(retry);
  return { ...(limits === undefined ? {} : { timeouts: limits }), ...(again === undefined ? {} : { retry: again }) };
}

function timeoutsOf({ request, backendRequest }: HttpRouteRule['timeouts'] = {}): Timeouts | undefined {
  const requestMs = milliseconds(request);
  const attemptMs = milliseconds(backendRequest);
  if (requestMs === undefined && attemptMs === undefined) return undefined;
  return { ...(requestMs === undefined ? {} : { requestMs }), ...(attemptMs === undefined ? {} : { attemptMs }) };
}

function retryOf(retry: HttpRouteRule['retry']): Retry | undefined {
  if (retry === undefined) return undefined;
  const backoffMs = milliseconds(retry.backoff);
  return {
    attempts: retry.attempts ?? 1,
    codes: retry.codes ?? [],
    ...(backoffMs === undefined ? {} : { backoffMs }),
  };
}

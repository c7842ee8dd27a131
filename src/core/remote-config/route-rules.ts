/** Which rule at Cloudflare serves which route. */
import { type ProxyRulePlace, proxyRulesOf } from '../ingress/rule.ts';
import { isRecord } from '../json.ts';
import { ANY_HOST } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import { PROXY_HTTP2_ORIGIN, PROXY_ORIGIN, splitByProxy } from '../proxy/proxied.ts';
import { remoteRule, remoteRuleOf } from './compile.ts';
import { type RemoteConfig, type RemoteRule, catchAllOf, rulesOf, textOf } from './configuration.ts';
import { matchOf } from './existing.ts';

/** Routes of a hostname that is served through the proxy share a rule, as far as they ask for the same token. */
export type RulesByRoute = ReadonlyMap<Route, RemoteRule>;

export function rulesByRoute(routes: readonly Route[]): RulesByRoute {
  const { direct, proxied } = splitByProxy(routes);
  const rules = new Map<Route, RemoteRule>(direct.map((route) => [route, remoteRuleOf(route)]));
  const shared = new Map<ProxyRulePlace, RemoteRule>();
  for (const [route, place] of proxyRulesOf(proxied)) {
    const rule = shared.get(place) ?? remoteRule(place.rule);
    shared.set(place, rule);
    rules.set(route, rule);
  }
  return rules;
}

/** The rules of a Tunnel in the order in which they match. */
export interface OwnRuleList {
  readonly wanted: readonly RemoteRule[];
  /** Takes the requests that no other rule matches. */
  readonly anyHost?: RemoteRule;
}

/** Each rule once, and that of the route for any host apart: it is the catch-all rule. */
export function ruleList(rules: Iterable<RemoteRule>): OwnRuleList {
  const distinct = [...new Set(rules)];
  const anyHost = distinct.find(isForAnyHost);
  const wanted = distinct.filter((rule) => rule !== anyHost);
  if (anyHost === undefined) return { wanted };
  const { hostname: _, ...rest } = anyHost;
  return { wanted, anyHost: rest };
}

function isForAnyHost(rule: RemoteRule): boolean {
  return textOf(rule, 'hostname') === ANY_HOST;
}

/** The rules of routes, in their order. */
export function rulesFor(routes: readonly Route[]): OwnRuleList {
  const rules = rulesByRoute(routes);
  return ruleList(
    routes.flatMap((route) => {
      const rule = rules.get(route);
      return rule === undefined ? [] : [rule];
    }),
  );
}

/**
 * Rules that a Tunnel may have published for a route: its own, and that of its hostname. Which of them it was, a list of
 * published routes does not tell if the hostname was just about to be led to the proxy, or away from it.
 */
export function possibleRules(routes: readonly Route[]): ReadonlyMap<Route, readonly RemoteRule[]> {
  const rules = rulesByRoute(routes);
  return new Map(routes.map((route) => [route, [rules.get(route) ?? [], remoteRuleOf(route)].flat()]));
}

/** Whether a rule, or the catch-all rule, leads requests to the proxy. */
export function leadsToProxy(rule: RemoteRule): boolean {
  return [PROXY_ORIGIN, PROXY_HTTP2_ORIGIN].includes(textOf(rule, 'service'));
}

/** Whether connectors that follow a configuration need the proxy. */
export function needsProxy({ ingress }: RemoteConfig): boolean {
  return Array.isArray(ingress) && ingress.some((rule: unknown) => isRecord(rule) && leadsToProxy(rule));
}

/** The rules in force by what they match. The catch-all rule is that of the route for any host. */
export function rulesInForce(config: RemoteConfig): ReadonlyMap<string, RemoteRule> {
  const last = catchAllOf(config);
  const anyHost = last === undefined ? [] : [{ ...last, hostname: ANY_HOST }];
  return new Map([...rulesOf(config), ...anyHost].map((rule) => [matchOf(rule), rule]));
}

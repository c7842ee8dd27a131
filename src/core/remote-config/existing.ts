/**
 * Rules at Cloudflare that no source of this Tunnel asks for: those of an adopted tunnel, or ones that somebody has added
 * in the dashboard.
 */
import { normalName } from '../model/hostname.ts';
import type { RefusedRoute, Route } from '../model/route.ts';
import { type RemoteConfig, type RemoteRule, describeRule, rulesOf, textOf } from './configuration.ts';

/** What a rule matches. Of two rules with the same match, cloudflared never uses the second. */
type Match = string;

export interface OwnRules {
  /** The rules that are to be published. */
  readonly wanted: readonly RemoteRule[];
  /** The rules that this Tunnel has published before. */
  readonly published: readonly RemoteRule[];
}

/** The rules of others, in their order. A rule that says the same as a wanted one becomes this Tunnel's. */
export function existingRules(config: RemoteConfig, { wanted, published }: OwnRules): readonly RemoteRule[] {
  const ours = new Set(published.map(matchOf));
  const services = new Map(wanted.map((rule) => [matchOf(rule), textOf(rule, 'service')]));
  return rulesOf(config).filter((rule) => {
    const match = matchOf(rule);
    const service = services.get(match);
    const isSame = service !== undefined && serviceName(service) === serviceName(textOf(rule, 'service'));
    return !ours.has(match) && !isSame;
  });
}

/** Routes whose hostname an existing rule holds. A hostname that this Tunnel has published before stays its own. */
export function refusedFor(
  existing: readonly RemoteRule[],
  routes: readonly Route[],
  published: readonly Route[],
): readonly RefusedRoute[] {
  const byHost = new Map(existing.map((rule) => [normalName(textOf(rule, 'hostname')), rule]));
  for (const { hostname } of published) byHost.delete(hostname);
  return routes.flatMap((route) => {
    const rule = byHost.get(route.hostname);
    return rule === undefined ? [] : [{ route, reason: 'HostnameConflict', why: conflictMessage(route, rule) }];
  });
}

function conflictMessage({ hostname }: Route, rule: RemoteRule): string {
  return `${hostname} is not published: the tunnel has another rule for it at Cloudflare (${describeRule(rule)}). Remove that rule in the dashboard, or set spec.existingRules of the Tunnel to Replace`;
}

export function matchOf(rule: RemoteRule): Match {
  return `${normalName(textOf(rule, 'hostname'))} ${textOf(rule, 'path')}`;
}

/** The same Service has two names in a cluster with the default domain. */
function serviceName(service: string): string {
  return service.replace(/\.svc\.cluster\.local(?=:|\/|$)/, '.svc').replace(/\/$/, '');
}

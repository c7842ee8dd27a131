/**
 * The last check before rules are published: cloudflared must accept each rule and match it as intended. A single rule
 * that it rejects prevents every connector from starting, and it accepts some rules that it never matches.
 */
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { lanNameProblem } from './lan-name.ts';
import { isLanName } from '../model/lan-name.ts';
import { ANY_HOST, parseHostname } from '../model/hostname.ts';
import { type OriginRequest, type RefusedRoute, type Route, claimOf } from '../model/route.ts';
import { READERS } from '../model/origin-values.ts';
import { backendsOf } from '../model/proxy-backends.ts';
import { kindOf } from '../model/source.ts';
import { ruleProblem } from '../proxy/problem.ts';

export interface CheckedRoutes {
  readonly good: readonly Route[];
  readonly bad: readonly RefusedRoute[];
}

/** What a route is checked with. */
export interface RouteRules {
  /** Why cloudflared cannot use a text as a pattern; `undefined` if it can. */
  readonly patternProblem: (pattern: string) => string | undefined;
  /** Whether a route may lead to its origin and backends, whatever `routes.json` or an annotation contains. */
  readonly isOwnOrigin: (route: Route) => boolean;
}

/** Separates the routes that can be published from those that would break the others. */
export function checkRoutes(routes: readonly Route[], rules: RouteRules): CheckedRoutes {
  const bad = routes.flatMap((route) => {
    const why = routeProblem(route, rules);
    return why === undefined ? [] : [{ route, why: `${claimOf(route)} is not published: ${why}` }];
  });
  const isBad = new Set(bad.map(({ route }) => route));
  return { good: isBad.size === 0 ? routes : routes.filter((route) => !isBad.has(route)), bad };
}

function routeProblem(route: Route, { patternProblem, isOwnOrigin }: RouteRules): string | undefined {
  const { hostname, path, proxy } = route;
  if (!isHostname(hostname)) return 'its hostname is not in the form that cloudflared matches';
  if (isLanName(route)) return lanNameProblem(route);
  if (!isOwnOrigin(route)) return foreignOrigin(route);
  const pattern = path?.type === 'Regex' ? patternProblem(path.value) : undefined;
  if (pattern !== undefined) return `its path ${pattern}`;
  if (path !== undefined && path.type !== 'Regex' && !/^\/[^\p{Cc}\p{Cs}]*$/u.test(path.value))
    return 'its path must begin with / and must not contain control characters';
  return settingsProblem(route.originRequest) ?? (proxy && ruleProblem(proxy, patternProblem));
}

function isHostname(hostname: string): boolean {
  const parsed = parseHostname(hostname);
  return hostname === ANY_HOST || ('hostname' in parsed && parsed.hostname === hostname);
}

function foreignOrigin({ origin, source, proxy }: Route): string {
  const others = proxy === undefined ? [] : backendsOf(proxy).map(({ service }) => `Service ${service}`);
  const what = [`origin ${origin}`, ...new Set(others)].join(' or ');
  return `its ${what} is not an address of its ${kindOf(source)}`;
}

function settingsProblem(settings: OriginRequest | undefined): string | undefined {
  if (settings === undefined) return undefined;
  for (const { setting, kind } of ORIGIN_ANNOTATIONS) {
    const value = setting === 'caPool' ? undefined : settings[setting];
    if (value === undefined || kind === 'caPool') continue;
    const parsed = READERS[kind](String(value));
    if ('problem' in parsed) return `${setting} ${parsed.problem}`;
  }
  return undefined;
}

/** A value in a Tunnel's spec that the schema accepts but cloudflared would reject. */
export function specProblem({ originRequest, fallback }: TunnelSpec): string | undefined {
  const setting = settingsProblem(originRequest);
  if (setting !== undefined) return `spec.originRequest: ${setting}`;
  if (fallback === undefined || !fallback.includes('://')) return undefined;
  const url = URL.parse(fallback.replace(/^wss?:/, 'http:'));
  const isAddress = url !== null && /^[-A-Za-z0-9._[\]:]+$/.test(fallback.slice(fallback.indexOf('//') + 2));
  return isAddress ? undefined : `spec.fallback: ${fallback} is not a URL that cloudflared can open`;
}

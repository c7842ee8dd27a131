import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { caFileName } from '../ca-pool/files.ts';
import { hasRule, isLanName } from '../model/lan-name.ts';
import { patternOf } from './path-pattern.ts';
import type { OriginRequest, Protection, Route } from '../model/route.ts';
import { ANY_HOST, type Hostname } from '../model/hostname.ts';
import { byPrecedence } from '../model/precedence.ts';
import { type TokenCheck, shareTokenCheck, tokenCheck } from '../model/token-check.ts';
import { PROXY_HTTP2_ORIGIN, PROXY_ORIGIN, splitByProxy } from '../proxy/proxied.ts';

/** One entry of cloudflared's `ingress`. */
export interface IngressRule {
  readonly hostname?: string;
  /** An RE2 pattern that matches anywhere in the path. */
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: RuleSettings;
}

export type RuleSettings = OriginRequest & { readonly caPool?: string; readonly access?: TokenCheck };

/** cloudflared's `config.yaml`, with the keys in the order of the file. */
export interface CloudflaredConfig {
  readonly tunnel: string;
  readonly 'credentials-file': string;
  readonly originRequest?: OriginRequest;
  readonly ingress: readonly IngressRule[];
}

/** Paths in the connectors' pods. */
export const CONFIG_FOLDER = '/etc/cloudflared/config';
export const CONFIG_PATH = `${CONFIG_FOLDER}/config.yaml`;
export const CREDENTIALS_PATH = '/etc/cloudflared/credentials/credentials.json';

/** Compiles routes into cloudflared's configuration. The catch-all rule comes last. */
export function compileConfig(tunnelId: string, spec: TunnelSpec, routes: readonly Route[]): CloudflaredConfig {
  const { direct, proxied } = splitByProxy(routes);
  const led = proxyRulesOf(proxied);
  const rules = [...direct.map((route) => ({ place: route, rule: ruleOf(route) })), ...placesOf(led)]
    .filter(({ place }) => place.hostname !== ANY_HOST)
    .toSorted((a, b) => byPrecedence(a.place, b.place));
  const anyHostRule = proxied.flatMap((route) => (route.hostname === ANY_HOST ? (led.get(route)?.rule ?? []) : []))[0];
  const { hostname: _, ...anyHost } = anyHostRule ?? { service: spec.fallback ?? 'http_status:404' };
  return {
    tunnel: tunnelId,
    'credentials-file': CREDENTIALS_PATH,
    ...(spec.originRequest === undefined ? {} : { originRequest: spec.originRequest }),
    ingress: [...rules.map(({ rule }) => rule), anyHost],
  };
}

/** A rule that leads to the proxy, and what of its hostname it is for. */
export interface ProxyRulePlace {
  readonly place: Route;
  readonly rule: IngressRule;
}

/**
 * One rule for each proxied hostname: which of its routes a request takes, the proxy decides. Where not all of them ask
 * for the same token, there is one for each of their paths, since only cloudflared checks tokens.
 */
export function proxyRulesOf(proxied: readonly Route[]): ReadonlyMap<Route, ProxyRulePlace> {
  const places = new Map<Route, ProxyRulePlace>();
  for (const routes of Map.groupBy(proxied, ({ hostname }) => hostname).values()) {
    const settings = routes.some(({ proxy }) => proxy?.isHttp2 === true) ? HTTP2_PROXY : HTTP_PROXY;
    const isWhole = shareTokenCheck(routes);
    const byPath = Map.groupBy(routes, ({ path }) => (isWhole ? '' : JSON.stringify(path)));
    for (const sharing of byPath.values()) {
      const place = proxyPlace(sharing, { settings, isWhole });
      for (const route of sharing) places.set(route, place);
    }
  }
  return places;
}

function proxyPlace(
  routes: readonly Route[],
  { settings, isWhole }: { readonly settings: IngressRule; readonly isWhole: boolean },
): ProxyRulePlace {
  const [first = NOWHERE] = routes;
  // Of routes that share a path, the strictest decides.
  const { hostname, path, protection } = routes.find((route) => tokenCheck(route.protection) !== undefined) ?? first;
  const where = isWhole || path === undefined ? {} : { path };
  const rule = {
    hostname,
    ...(where.path === undefined ? {} : { path: patternOf(where.path) }),
    service: settings.service,
    originRequest: { ...settings.originRequest, ...checkOf(protection) },
  };
  return { place: { hostname, ...where, source: '', origin: '' }, rule };
}

const NOWHERE: Route = { hostname: ANY_HOST, source: '', origin: '' };

function placesOf(rules: ReadonlyMap<Route, ProxyRulePlace>): readonly ProxyRulePlace[] {
  return [...new Set(rules.values())];
}

function checkOf(protection: Protection | undefined): Pick<RuleSettings, 'access'> {
  const access = tokenCheck(protection);
  return access === undefined ? {} : { access };
}

/** The Host header reaches the proxy whatever default the Tunnel has, and its connections stay open. */
const TO_PROXY: OriginRequest = { httpHostHeader: '', keepAliveConnections: 1000 };

const HTTP_PROXY: IngressRule = { service: PROXY_ORIGIN, originRequest: TO_PROXY };

/** The certificate proves nothing: nobody else is in the pod. */
const HTTP2_PROXY: IngressRule = {
  service: PROXY_HTTP2_ORIGIN,
  originRequest: { noTLSVerify: true, matchSNItoHost: false, ...TO_PROXY, http2Origin: true },
};

export function ruleOf({ hostname, path, origin, originRequest, caPool, protection }: Route): IngressRule {
  const file = caPool?.fingerprint && `${CONFIG_FOLDER}/${caFileName(caPool.fingerprint)}`;
  const settings = { ...originRequest, ...(file === undefined ? {} : { caPool: file }), ...checkOf(protection) };
  return {
    hostname,
    ...(path === undefined ? {} : { path: patternOf(path) }),
    service: origin,
    ...(Object.keys(settings).length === 0 ? {} : { originRequest: settings }),
  };
}

/** What is known of the records of published routes; unknown counts as yes. */
export interface PublishedRecords {
  readonly mayExist: (route: Route) => boolean;
  readonly mayLeadToTunnel: (hostname: Hostname) => boolean;
}

/**
 * The routes that the connectors serve: the wanted ones, and published ones whose record may still exist. A rule is
 * removed only after its record, so that a name that resolves is always served. A hostname that is wanted for any path
 * keeps its record, so the rules of its other paths are removed at once; if it becomes a name of the local network, only
 * once its record does not lead to the tunnel any more.
 */
export function routesToServe(
  wanted: readonly Route[],
  published: readonly Route[],
  { mayExist, mayLeadToTunnel }: PublishedRecords,
): readonly Route[] {
  const names = new Map(wanted.map((route) => [route.hostname, route]));
  const isLeaving = (route: Route): boolean => {
    const next = names.get(route.hostname);
    if (next === undefined) return mayExist(route);
    return isLanName(next) && hasRule(route) && mayExist(route) && mayLeadToTunnel(route.hostname);
  };
  const leaving = published.filter(isLeaving);
  return [...wanted, ...leaving.map((route) => ({ ...route, isLeaving: true as const }))];
}

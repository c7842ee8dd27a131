import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { isWildcard } from '../hostname.ts';
import { compare } from '../keys.ts';
import type { OriginRequest, Route } from '../routes/route.ts';

/** One line of cloudflared's `ingress`. */
export interface IngressRule {
  readonly hostname?: string;
  readonly service: string;
}

/** cloudflared's `config.yaml`, keys in the order in which they are written. */
export interface CloudflaredConfig {
  readonly tunnel: string;
  readonly 'credentials-file': string;
  readonly originRequest?: OriginRequest;
  readonly ingress: readonly IngressRule[];
}

/** Where the connectors' pods find what they are given. */
export const CONFIG_PATH = '/etc/cloudflared/config/config.yaml';
export const CREDENTIALS_PATH = '/etc/cloudflared/credentials/credentials.json';

/**
 * Routes → cloudflared's configuration. cloudflared takes the first rule that matches, so the order is the meaning:
 * exact hosts before wildcards, longer wildcards before shorter, the catch-all last.
 */
export function compileConfig(tunnelId: string, spec: TunnelSpec, routes: readonly Route[]): CloudflaredConfig {
  const rules = routes.toSorted(byPrecedence).map(({ hostname, origin }) => ({ hostname, service: origin }));
  return {
    tunnel: tunnelId,
    'credentials-file': CREDENTIALS_PATH,
    ...(spec.originRequest === undefined ? {} : { originRequest: spec.originRequest }),
    ingress: [...rules, { service: spec.fallback ?? 'http_status:404' }],
  };
}

function byPrecedence(a: Route, b: Route): number {
  return (
    Number(isWildcard(a.hostname)) - Number(isWildcard(b.hostname)) ||
    (isWildcard(a.hostname) ? b.hostname.length - a.hostname.length : 0) ||
    compare(a.hostname, b.hostname) ||
    compare(a.source, b.source)
  );
}

/**
 * What the connectors are to serve now: the wanted routes, and those that were published and whose record still points
 * here. A rule goes only after its record has gone, so nobody who resolves the name finds it unanswered.
 */
export function routesToServe(
  wanted: readonly Route[],
  published: readonly Route[],
  recordRemains: (route: Route) => boolean,
): readonly Route[] {
  const names = new Set(wanted.map((route) => route.hostname));
  return [...wanted, ...published.filter((route) => !names.has(route.hostname) && recordRemains(route))];
}

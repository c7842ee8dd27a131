import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { caFileName } from '../ca-pool/files.ts';
import { patternOf } from './path-pattern.ts';
import type { OriginRequest, Route } from '../model/route.ts';
import { byPrecedence } from '../model/precedence.ts';

/** One line of cloudflared's `ingress`. */
export interface IngressRule {
  readonly hostname?: string;
  /** An RE2 pattern, found anywhere in the path. */
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: OriginRequest & { readonly caPool?: string };
}

/** cloudflared's `config.yaml`, keys in the order in which they are written. */
export interface CloudflaredConfig {
  readonly tunnel: string;
  readonly 'credentials-file': string;
  readonly originRequest?: OriginRequest;
  readonly ingress: readonly IngressRule[];
}

/** Where the connectors' pods find what they are given. */
const CONFIG_FOLDER = '/etc/cloudflared/config';
export const CONFIG_PATH = `${CONFIG_FOLDER}/config.yaml`;
export const CREDENTIALS_PATH = '/etc/cloudflared/credentials/credentials.json';

/** Routes → cloudflared's configuration, the catch-all last. */
export function compileConfig(tunnelId: string, spec: TunnelSpec, routes: readonly Route[]): CloudflaredConfig {
  return {
    tunnel: tunnelId,
    'credentials-file': CREDENTIALS_PATH,
    ...(spec.originRequest === undefined ? {} : { originRequest: spec.originRequest }),
    ingress: [...routes.toSorted(byPrecedence).map(ruleOf), { service: spec.fallback ?? 'http_status:404' }],
  };
}

export function ruleOf({ hostname, path, origin, originRequest, caPool }: Route): IngressRule {
  const file = caPool?.fingerprint && `${CONFIG_FOLDER}/${caFileName(caPool.fingerprint)}`;
  const settings = { ...originRequest, ...(file === undefined ? {} : { caPool: file }) };
  return {
    hostname,
    ...(path === undefined ? {} : { path: patternOf(path) }),
    service: origin,
    ...(Object.keys(settings).length === 0 ? {} : { originRequest: settings }),
  };
}

/**
 * What the connectors are to serve now: the wanted routes, and those that were published and whose record still points
 * here. A rule goes only after its record has gone, so nobody who resolves the name finds it unanswered. A hostname
 * that is wanted for one path keeps its record, and needs no rule for the paths that are wanted no longer.
 */
export function routesToServe(
  wanted: readonly Route[],
  published: readonly Route[],
  recordMayExist: (route: Route) => boolean,
): readonly Route[] {
  const names = new Set(wanted.map((route) => route.hostname));
  const leaving = published.filter((route) => !names.has(route.hostname) && recordMayExist(route));
  return [...wanted, ...leaving.map((route) => ({ ...route, isLeaving: true as const }))];
}

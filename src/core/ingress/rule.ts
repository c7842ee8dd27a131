import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { caFileName } from '../ca-pool/files.ts';
import { patternOf } from './path-pattern.ts';
import type { OriginRequest, Route } from '../model/route.ts';
import { byPrecedence } from '../model/precedence.ts';

/** One entry of cloudflared's `ingress`. */
export interface IngressRule {
  readonly hostname?: string;
  /** An RE2 pattern that matches anywhere in the path. */
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: OriginRequest & { readonly caPool?: string };
}

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
 * The routes that the connectors serve: the wanted ones, and published ones whose record may still exist. A rule is
 * removed only after its record, so that a name that resolves is always served. A hostname that is wanted for any path
 * keeps its record, so the rules of its other paths are removed at once.
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

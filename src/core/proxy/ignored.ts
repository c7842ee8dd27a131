/** Settings for origins that cloudflared has and the proxy has not. */
import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { type Route, type Warning, claimOf } from '../model/route.ts';
import { splitByProxy } from './proxied.ts';

const KNOWN = new Set(['noTLSVerify', 'originServerName', 'caPool', 'httpHostHeader', 'http2Origin', 'connectTimeout']);

/** Names the annotations of settings that have no effect on a route through the proxy. */
export function ignoredKeys({ originRequest = {} }: Pick<Route, 'originRequest'>): readonly string[] {
  const settings: Readonly<Record<string, unknown>> = originRequest;
  return ORIGIN_ANNOTATIONS.filter(({ setting }) => isSet(settings[setting]) && !KNOWN.has(setting)).map(
    ({ key }) => key,
  );
}

/** Warns of them in routes that are served through the proxy, whether they have asked for it or share a hostname. */
export function ignoredByProxy(routes: readonly Route[]): readonly Warning[] {
  return splitByProxy(routes).proxied.flatMap((route) =>
    ignoredKeys(route).map((key) => ({
      reason: 'SettingIgnored' as const,
      message: `${key} has no effect on ${claimOf(route)}, which goes through the proxy; remove it`,
    })),
  );
}

/** `balance: request`, which is set as -1, is what the proxy does anyway. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '' && value !== -1;
}

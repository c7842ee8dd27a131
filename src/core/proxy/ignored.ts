/** Settings for origins that cloudflared has and the proxy has not. */
import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { type Route, type Warning, claimOf } from '../model/route.ts';
import type { SourceKey } from '../model/source.ts';
import { splitByProxy } from './proxied.ts';

const KNOWN = new Set(['noTLSVerify', 'originServerName', 'caPool', 'httpHostHeader', 'http2Origin', 'connectTimeout']);

/** Names the annotations of settings that have no effect on a route through the proxy. */
export function ignoredKeys({ originRequest = {} }: Pick<Route, 'originRequest'>): readonly string[] {
  const settings: Readonly<Record<string, unknown>> = originRequest;
  return ORIGIN_ANNOTATIONS.filter(({ setting }) => isSet(settings[setting]) && !KNOWN.has(setting)).map(
    ({ key }) => key,
  );
}

/** Warns of them, by source, where another route of the hostname takes a plain route with it through the proxy. */
export function ignoredBySharing(routes: readonly Route[]): ReadonlyMap<SourceKey, readonly Warning[]> {
  const plain = splitByProxy(routes).proxied.filter(({ proxy }) => proxy === undefined);
  const bySource = Map.groupBy(plain, ({ source }) => source);
  return new Map([...bySource].map(([source, own]) => [source, own.flatMap(warningsFor)]));
}

function warningsFor(route: Route): readonly Warning[] {
  const why = 'which goes through the proxy with the other routes of its hostname; remove it';
  return ignoredKeys(route).map((key) => ({
    reason: 'SettingIgnored',
    message: `${key} has no effect on ${claimOf(route)}, ${why}`,
  }));
}

/** `balance: request`, which is set as -1, is what the proxy does anyway. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '' && value !== -1;
}

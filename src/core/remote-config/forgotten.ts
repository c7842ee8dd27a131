/** Recovers what a Tunnel has published from the rules at Cloudflare, where its own record of it is lost. */
import { ORIGIN_ANNOTATIONS, type OriginAnnotation } from '../../api/origin-annotations.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { isRecord } from '../json.ts';
import { parseHostname } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import { serviceOf } from '../model/service-origin.ts';
import { type RemoteConfig, type RemoteRule, rulesOf, textOf } from './configuration.ts';
import { leadsToProxy } from './route-rules.ts';

export interface PublishedFacts {
  readonly hasConfigMap: boolean;
  /** `unknown`: the ConfigMap has been removed or broken since it was published. */
  readonly published: readonly Route[] | 'unknown';
  readonly spec: Pick<TunnelSpec, 'existingTunnel'>;
}

/**
 * Whether the Tunnel may have published routes that it no longer knows of: its ConfigMap is lost, or the cluster has been
 * rebuilt and the ConfigMap is not written yet. An adopted tunnel may have been configured by anybody before.
 */
export function mayHaveForgotten({ hasConfigMap, published, spec }: PublishedFacts): boolean {
  return published === 'unknown' || (!hasConfigMap && spec.existingTunnel === undefined);
}

/**
 * The routes whose rules lead to a Service in the form that only this operator writes. They are served without their
 * certificates until their records are gone; one that is still wanted is compiled from its source.
 */
export function forgottenRoutes(config: RemoteConfig): readonly Route[] {
  return rulesOf(config).flatMap(routeOf);
}

function routeOf(rule: RemoteRule): readonly Route[] {
  const parsed = parseHostname(textOf(rule, 'hostname'));
  const [origin, path] = [textOf(rule, 'service'), textOf(rule, 'path')];
  // Which routes the proxy had for the hostname is lost, and so is where they came from.
  const source = leadsToProxy(rule) ? UNKNOWN_SOURCE : serviceOf(origin);
  if (source === undefined || 'problem' in parsed) return [];
  const originRequest = settingsIn(rule['originRequest']);
  return [
    {
      source,
      hostname: parsed.hostname,
      // A pattern, whatever the path was written as: it compiles to the same rule.
      ...(path === '' ? {} : { path: { type: 'Regex' as const, value: path } }),
      origin,
      ...(originRequest === undefined ? {} : { originRequest }),
      ...checkedBy(rule['originRequest']),
    },
  ];
}

/** What it asks of visitors stays, for as long as it is served. */
function checkedBy(settings: unknown): Pick<Route, 'protection'> {
  const access = isRecord(settings) ? settings['access'] : undefined;
  if (!isRecord(access)) return {};
  const { teamName: team, audTag } = access;
  const audience: unknown = Array.isArray(audTag) ? audTag[0] : undefined;
  return typeof team === 'string' && typeof audience === 'string' ? { protection: { team, audience } } : {};
}

const UNKNOWN_SOURCE = '';

/** Durations are whole seconds at Cloudflare, and strings with a unit in a route. */
function settingsIn(settings: unknown): Route['originRequest'] {
  if (!isRecord(settings)) return undefined;
  const known = ORIGIN_ANNOTATIONS.filter(({ kind, setting }) => kind !== 'caPool' && settings[setting] !== undefined);
  if (known.length === 0) return undefined;
  return Object.fromEntries(known.map(({ kind, setting }) => [setting, valueIn(kind, settings[setting])]));
}

function valueIn(kind: OriginAnnotation['kind'], value: unknown): unknown {
  return kind === 'duration' && typeof value === 'number' ? `${value}s` : value;
}

/** Hostnames, routes and their results for tests. */
import type { ObjectKey } from '../../src/api/objects.ts';
import { type Hostname, parseHostname } from '../../src/core/model/hostname.ts';
import type { Problem, Warning, Route } from '../../src/core/model/route.ts';
import type { SourceKey } from '../../src/core/model/source.ts';
import type { RouteResult } from '../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../src/core/status/exposed.ts';

/** A parsed hostname. An invalid one fails the test. */
export function aHostname(text: string): Hostname {
  const parsed = parseHostname(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.hostname;
}

/** A route to port 80 of its Service. */
export function aRoute(hostname: string, source: ObjectKey = 'shop/web', origin: string = originOf(source)): Route {
  return { source, hostname: aHostname(hostname), origin };
}

/** A name of the local network. */
export function aLanName(hostname: string, addresses: readonly string[], source: ObjectKey = 'shop/web'): Route {
  return { source, hostname: aHostname(hostname), origin: '', addresses };
}

/** A route that only the proxy can serve: a tenth of its requests go to another Service. */
export function aProxiedRoute(hostname: string, source: ObjectKey = 'shop/web'): Route {
  const backend = { service: source, port: 80, protocol: 'http' } as const;
  const canary = { ...backend, service: `${source}-canary` };
  const backends = [
    { weight: 9, backend },
    { weight: 1, backend: canary },
  ];
  return { ...aRoute(hostname, source), proxy: { backends } };
}

/** A Tunnel that works and serves nothing. */
export const NOTHING_SERVED: TunnelObservation = {
  live: new Map(),
  served: new Map(),
  recorded: new Set(),
  isConnected: true,
  isServed: true,
  refusedRules: new Map(),
  refused: new Map(),
  warnings: new Map(),
  blocked: undefined,
  unconnected: undefined,
  isComplete: true,
};

export interface RouteResultTraits {
  readonly tunnel?: ObjectKey;
  readonly hostnames?: readonly string[];
  readonly problems?: readonly Problem[];
  readonly warnings?: readonly Warning[];
}

/** The routing result of a source. */
export function aRouteResult(source: SourceKey, traits: RouteResultTraits = {}): RouteResult {
  return {
    source,
    tunnel: traits.tunnel,
    routes: (traits.hostnames ?? []).map((hostname) => aRoute(hostname, source)),
    problems: traits.problems ?? [],
    warnings: traits.warnings ?? [],
  };
}

function originOf(source: ObjectKey): string {
  const [namespace, name] = source.split('/');
  return `http://${name}.${namespace}.svc:80`;
}

/** What the proxy does with the requests of one route, whether its source has asked for the proxy or not. */
import { parseSeconds } from '../duration.ts';
import { schemeOf } from '../model/protocol.ts';
import type { Backend, BackendTls, Filter, ProxyRule } from '../model/proxy-rule.ts';
import type { OriginRequest, Route } from '../model/route.ts';
import { serviceOf } from '../model/service-origin.ts';
import { hostOf, portOf } from './origin.ts';

export interface ProxiedRoute extends Omit<ProxyRule, 'backends' | 'filters'> {
  readonly route: Route;
  readonly filters: readonly Filter[];
  readonly backends: readonly ProxiedBackend[];
}

export interface ProxiedBackend {
  readonly weight: number;
  /** Absent: the backend does not exist. */
  readonly upstream?: Upstream;
  readonly filters: readonly Filter[];
}

/** A port of a Service, and how connections to its pods are made. */
export interface Upstream extends Pick<Backend, 'service' | 'port' | 'protocol'> {
  /** With TLS: HTTP/2 is used if the server offers it. */
  readonly isHttp2: boolean;
  /** Absent, with protocol `https`: the certificate of the server is not verified. */
  readonly tls?: BackendTls;
  readonly connectTimeoutMs?: number;
}

export function proxiedRoute(route: Route, defaults: OriginRequest = {}): ProxiedRoute {
  const settings = { ...defaults, ...route.originRequest };
  const rule = route.proxy ?? ruleOfPlain(route, settings);
  return {
    ...rule,
    route,
    filters: [...(rule.filters ?? []), ...hostHeader(settings, rule.filters)],
    backends: rule.backends.map(({ weight, backend, filters = [] }) => ({
      weight,
      filters,
      ...(backend === undefined ? {} : { upstream: upstreamOf(verified(backend, route, settings), settings) }),
    })),
  };
}

/** With the certificates that the route trusts, where a backend names none. */
function verified(backend: Backend, { caPool }: Route, { noTLSVerify }: OriginRequest): Backend {
  const { tls, ...plain } = backend;
  if (tls === undefined || tls.caPool !== undefined) return backend;
  if (caPool !== undefined) return { ...plain, tls: { ...tls, caPool } };
  return noTLSVerify === true && isInCluster(tls) ? plain : backend;
}

/** No public authority certifies such a name, so a Tunnel that verifies nothing means it too. */
function isInCluster({ serverName }: BackendTls): boolean {
  return serverName.endsWith('.svc');
}

export function upstreamOf({ service, port, protocol, tls, isHttp2 }: Backend, settings: OriginRequest = {}): Upstream {
  const { http2Origin, connectTimeout } = settings;
  return {
    service,
    port,
    protocol,
    isHttp2: protocol === 'https' && (isHttp2 ?? http2Origin) === true,
    ...(tls === undefined ? {} : { tls }),
    ...(connectTimeout === undefined
      ? {}
      : { connectTimeoutMs: Math.ceil((parseSeconds(connectTimeout) ?? 0) * 1000) }),
  };
}

/** A route that does not need the proxy, and shares its hostname with one that does. */
function ruleOfPlain({ origin, caPool }: Route, settings: OriginRequest): ProxyRule {
  const service = serviceOf(origin);
  const protocol = schemeOf(origin);
  if (service === undefined || (protocol !== 'http' && protocol !== 'https')) return { backends: [{ weight: 1 }] };
  const isVerified = protocol === 'https' && settings.noTLSVerify !== true;
  const tls: BackendTls = {
    serverName: settings.originServerName || hostOf(origin),
    ...(caPool === undefined ? {} : { caPool }),
  };
  const backend: Backend = { service, port: portOf(origin), protocol, ...(isVerified ? { tls } : {}) };
  return { backends: [{ weight: 1, backend }] };
}

/** A host that a filter sets counts more than the setting. */
function hostHeader({ httpHostHeader }: OriginRequest, filters: readonly Filter[] = []): readonly Filter[] {
  const isSet = filters.some((filter) => filter.type === 'Rewrite' && filter.hostname !== undefined);
  return httpHostHeader === undefined || httpHostHeader === '' || isSet
    ? []
    : [{ type: 'Rewrite', hostname: httpHostHeader }];
}

/** Where a route leads, and whether it needs the proxy for that. */
import type { ObjectKey } from '../../../api/objects.ts';
import { isProxyProtocol } from '../../model/protocol.ts';
import type { Backend, ProxyRule, Session, WeightedBackend } from '../../model/proxy-rule.ts';
import type { OriginRequest, PathMatch } from '../../model/route.ts';
import type { Target } from '../../model/route-request.ts';
import { originOf } from '../../model/service-origin.ts';
import type { SessionChoice } from '../annotations/choices.ts';
import type { RouteProtocol } from './protocol.ts';

/** A port of a Service. */
export interface FoundPort {
  readonly service: ObjectKey;
  /** As the Service lists it. */
  readonly port: number;
  readonly protocol: RouteProtocol;
  readonly weight: number;
}

export interface ProxyChoice {
  readonly session: SessionChoice | undefined;
  readonly path: PathMatch | undefined;
  readonly settings: OriginRequest | undefined;
}

/** `isDivided`: a route names the backends among which its requests are divided. */
export function needsProxy(protocol: RouteProtocol, session: SessionChoice | undefined, isDivided = false): boolean {
  return isProxyProtocol(protocol) || session !== undefined || isDivided;
}

/** The target of a route through the proxy. The first of its ports stands for it in messages. */
export function proxyTarget(ports: readonly FoundPort[], choice: ProxyChoice): Pick<Target, 'origin' | 'proxy'> {
  const { session, path, settings } = choice;
  const [first] = ports;
  const isHttp2 = ports.some(({ protocol }) => protocol === 'grpc') || settings?.http2Origin === true;
  const backends = ports.map(({ weight, ...port }): WeightedBackend => ({
    weight,
    backend: backendAt(port, settings),
  }));
  const proxy: ProxyRule = {
    backends,
    ...(session === undefined ? {} : { session: sessionFor(session, path) }),
    ...(isHttp2 ? { isHttp2 } : {}),
  };
  return { origin: first === undefined ? '' : originFor(first), proxy };
}

function originFor({ service, port, protocol }: FoundPort): string {
  return originOf(isProxyProtocol(protocol) ? 'http' : protocol, service, port);
}

/** The server is verified as cloudflared does it. */
function backendAt({ service, port, protocol }: Omit<FoundPort, 'weight'>, settings: OriginRequest = {}): Backend {
  if (protocol !== 'https') return { service, port, protocol: isProxyProtocol(protocol) ? 'h2c' : 'http' };
  const plain: Backend = { service, port, protocol };
  const [, host = ''] = /^https:\/\/(.*):/.exec(originOf('https', service, port)) ?? [];
  return settings.noTLSVerify === true ? plain : { ...plain, tls: { serverName: settings.originServerName || host } };
}

/** Cookies of routes with different paths do not get in each other's way. */
function sessionFor({ type, name }: SessionChoice, path: PathMatch | undefined): Session {
  if (type === 'Header') return { type, name };
  const isPlain = path !== undefined && path.type !== 'Regex' && /^\/[^;\s\u007f-\uffff]*$/.test(path.value);
  return { type, name, path: isPlain ? path.value : '/' };
}

/** What can be made of a listener. */
import { GATEWAY_GROUP, type Gateway, type Listener, type RouteGroupKind } from '../../api/gateway-objects.ts';
import { ANY_HOST, type Hostname, parseHostname } from '../model/hostname.ts';

/** The edge ends TLS, so both protocols bring the same requests to the tunnel. */
const PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS']);

/** Kinds of routes that attach to these protocols. */
export const ROUTE_KINDS: readonly string[] = ['GRPCRoute', 'HTTPRoute'];

export interface ListenerProblem {
  readonly reason: 'UnsupportedProtocol' | 'UnsupportedValue' | 'HostnameConflict' | 'ProtocolConflict';
  readonly message: string;
}

/** Why a listener cannot be used, whatever others there are. */
export function ownProblem(listener: Listener): ListenerProblem | undefined {
  const { protocol } = listener;
  if (!PROTOCOLS.has(protocol))
    return {
      reason: 'UnsupportedProtocol',
      message: `Protocol ${protocol} cannot reach visitors through a tunnel; use HTTP or HTTPS`,
    };
  const hostname = hostnameOf(listener);
  return 'problem' in hostname ? { reason: 'UnsupportedValue', message: `hostname: ${hostname.problem}` } : undefined;
}

/** The edge ends TLS, so nobody asks visitors for a certificate. Those without one must not be let in instead. */
export function visitorProblem(listener: Listener, gateway: Gateway): ListenerProblem | undefined {
  const field = listener.protocol === 'HTTPS' ? fieldAskingVisitors(listener, gateway) : undefined;
  if (field === undefined) return undefined;
  const message = `${field} asks visitors for certificates, which Cloudflare checks instead: remove it, and protect the routes with cftunnel.io/access and an AccessPolicy that requires a certificate`;
  return { reason: 'UnsupportedValue', message };
}

function fieldAskingVisitors({ port, tls }: Listener, { spec }: Gateway): string | undefined {
  if (tls?.frontendValidation !== undefined) return 'tls.frontendValidation';
  const { default: usual, perPort = [] } = spec.tls?.frontend ?? {};
  const { validation } = perPort.find((one) => one.port === port)?.tls ?? usual ?? {};
  return validation && 'spec.tls.frontend of the Gateway';
}

/** The hostname of a listener in normal form. */
export function hostnameOf({
  hostname = '',
}: Listener): { readonly hostname: Hostname } | { readonly problem: string } {
  return hostname === '' ? { hostname: ANY_HOST } : parseHostname(hostname);
}

/** A request could not be told apart by a listener and one of the others. */
export function conflictWith(all: readonly Listener[], listener: Listener): ListenerProblem | undefined {
  const others = all.filter(
    (other) => other !== listener && other.port === listener.port && PROTOCOLS.has(other.protocol),
  );
  const different = others.find(({ protocol }) => protocol !== listener.protocol);
  if (different !== undefined)
    return {
      reason: 'ProtocolConflict',
      message: `Listener ${different.name} uses port ${listener.port} for ${different.protocol}`,
    };
  const same = others.find(({ hostname = '' }) => hostname === (listener.hostname ?? ''));
  return same && { reason: 'HostnameConflict', message: `Listener ${same.name} has the same port and hostname` };
}

export interface ListenerKinds {
  /** Kinds of routes that the listener admits, as far as there are any. */
  readonly supported: readonly string[];
  /** Kinds that it names, and that cannot attach. */
  readonly invalid: readonly string[];
}

export function kindsOf({ protocol, allowedRoutes }: Listener): ListenerKinds {
  const named = allowedRoutes?.kinds ?? [];
  const possible = PROTOCOLS.has(protocol) ? ROUTE_KINDS : [];
  if (named.length === 0) return { supported: possible, invalid: [] };
  const isSupported = ({ group = GATEWAY_GROUP, kind }: RouteGroupKind): boolean =>
    group === GATEWAY_GROUP && possible.includes(kind);
  return {
    supported: [...new Set(named.filter(isSupported).map(({ kind }) => kind))],
    invalid: named.filter((one) => !isSupported(one)).map(({ kind }) => kind),
  };
}

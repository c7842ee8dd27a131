/** Which routes are served through the proxy, and where the proxy is in a connector's pod. */
import { hasRule } from '../model/lan-name.ts';
import { ANY_HOST } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';

export const PROXY_HTTP_PORT = 2002;
export const PROXY_HTTP2_PORT = 2003;

/** Where cloudflared reaches the proxy: in its own pod, and not at a socket, to which it brings no WebSocket. */
export const PROXY_ORIGIN = `http://127.0.0.1:${PROXY_HTTP_PORT}`;
/** The same with HTTP/2, which cloudflared speaks only over TLS. */
export const PROXY_HTTP2_ORIGIN = `https://127.0.0.1:${PROXY_HTTP2_PORT}`;

/** Where the proxy has sockets of its own. */
export const PROXY_SOCKET_FOLDER = '/var/run/proxy';

/** Where the files of `compileProxy` and the certificates of backends are. */
export const PROXY_CONFIG_FOLDER = '/etc/envoy';
/** Where `tls.crt` and `tls.key` of the socket for HTTP/2 are. */
export const PROXY_CERTIFICATE_FOLDER = '/etc/proxy-certificate';

export interface SplitRoutes {
  /** Those that cloudflared leads to their Service itself. */
  readonly direct: readonly Route[];
  readonly proxied: readonly Route[];
}

/**
 * One route that needs the proxy takes all routes of its hostname with it: only one program can decide which of them
 * matches a request. No hostname of another route is affected. Names of the local network are in neither part.
 */
export function splitByProxy(all: readonly Route[]): SplitRoutes {
  const routes = all.filter(hasRule);
  const hostnames = new Set(routes.filter(needsProxy).map(({ hostname }) => hostname));
  if (hostnames.size === 0) return { direct: routes, proxied: [] };
  const isProxied = ({ hostname }: Route): boolean => hostnames.has(hostname);
  return { direct: routes.filter((route) => !isProxied(route)), proxied: routes.filter(isProxied) };
}

/** The routes of proxied hostnames, and of hostnames that are kept. */
export function routesForProxy(routes: readonly Route[], kept: ReadonlySet<string>): readonly Route[] {
  const { direct, proxied } = splitByProxy(routes);
  return kept.size === 0 ? proxied : [...proxied, ...direct.filter(({ hostname }) => kept.has(hostname))];
}

function needsProxy({ hostname, proxy }: Route): boolean {
  return proxy !== undefined || hostname === ANY_HOST;
}

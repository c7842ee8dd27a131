/** Protocols that cloudflared supports for an origin. */
export const PROTOCOLS = ['http', 'https', 'tcp', 'ssh', 'rdp', 'smb'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Protocols of a Service that only the proxy supports: HTTP/2 without TLS, and gRPC over it. */
export const PROXY_PROTOCOLS = ['h2c', 'grpc'] as const;
export type ProxyProtocol = (typeof PROXY_PROTOCOLS)[number];

export function isProxyProtocol(protocol: string): protocol is ProxyProtocol {
  return PROXY_PROTOCOLS.some((one) => one === protocol);
}

/** The protocol in the URL of an origin. */
export function schemeOf(origin: string): string {
  return origin.slice(0, origin.indexOf(':'));
}

import type { IncomingHttpHeaders } from 'node:http2';

/** Name by which a connector must know the edge: the server name it sends, and checks in the certificate. */
export const EDGE_SERVER_NAME = 'h2.cftunnel.com';

/** Tells a connector what a request from the edge is, when it is not simply somebody's HTTP request. */
export const UPGRADE_HEADER = 'cf-cloudflared-proxy-connection-upgrade';

/** Marks a TCP stream that is carried in a request. */
export const TCP_SOURCE_HEADER = 'cf-cloudflared-proxy-src';

/** Values of the upgrade header. */
export const Upgrade = {
  controlStream: 'control-stream',
  configuration: 'update-configuration',
  websocket: 'websocket',
} as const;

/** What a request from the edge to a connector is. */
export type RequestKind = 'control-stream' | 'configuration' | 'websocket' | 'tcp' | 'http';

/** Tells the kinds apart, with cloudflared's precedence. */
export function requestKind(headers: IncomingHttpHeaders): RequestKind {
  const upgrade = headers[UPGRADE_HEADER];
  if (upgrade === Upgrade.configuration) return 'configuration';
  if (upgrade === Upgrade.websocket) return 'websocket';
  if ((headers[TCP_SOURCE_HEADER] ?? '') !== '') return 'tcp';
  return upgrade === Upgrade.controlStream ? 'control-stream' : 'http';
}

/** Body of a configuration push. */
export interface ConfigurationPush {
  readonly version: number;
  readonly config: unknown;
}

/** What a connector answers to a push. `err` is null, or an opaque object when it kept its old rules. */
export interface ConfigurationApplied {
  readonly lastAppliedVersion: number;
  readonly err: unknown;
}

import type { IncomingHttpHeaders } from 'node:http2';

/** The TLS server name of the edge, which a connector sends and verifies. */
export const EDGE_SERVER_NAME = 'h2.cftunnel.com';

/** The header that marks a request from the edge that is not a plain HTTP request. */
export const UPGRADE_HEADER = 'cf-cloudflared-proxy-connection-upgrade';

/** Marks a TCP stream that is carried in a request. */
export const TCP_SOURCE_HEADER = 'cf-cloudflared-proxy-src';

/** Values of the upgrade header. */
export const Upgrade = {
  controlStream: 'control-stream',
  configuration: 'update-configuration',
  websocket: 'websocket',
} as const;

/** The kind of a request from the edge to a connector. */
export type RequestKind = 'control-stream' | 'configuration' | 'websocket' | 'tcp' | 'http';

/** Determines the kind, with cloudflared's precedence. */
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

/** The response of a connector to a push. `err` is null, or an opaque object if the old rules stay active. */
export interface ConfigurationApplied {
  readonly lastAppliedVersion: number;
  readonly err: unknown;
}

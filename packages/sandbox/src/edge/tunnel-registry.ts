import type { ClientHttp2Stream, ClientSessionRequestOptions, OutgoingHttpHeaders } from 'node:http2';
import type { Refusal, RegisterRequest } from './rpc/registration.ts';
import type { ConfigurationApplied, ConfigurationPush } from './wire/request-kind.ts';

/** A connection of a connector, as the edge sees it. */
export interface EdgeConnection {
  /** Address the connector dials from. */
  readonly originIp: string;
  /** The data centre it ends in. */
  readonly location: string;
  /** Sends a request. Undefined when the connection accepts no more requests. */
  open(headers: OutgoingHttpHeaders, options?: ClientSessionRequestOptions): ClientHttp2Stream | undefined;
  configure(push: ConfigurationPush): Promise<ConfigurationApplied>;
  /** Closes it abruptly. A running connector reconnects. */
  drop(): void;
}

/** A connection that serves a tunnel. */
export interface RegisteredConnection {
  readonly kind: 'registered';
  readonly connectionId: string;
  readonly isRemotelyManaged: boolean;
  /** The connector has said goodbye: nothing of the connection stays listed. */
  unregister(): void;
  /** It has ended without a word. */
  lost(): void;
  /** The rules in the configuration file of the connector. */
  reportConfiguration(config: unknown): void;
}

/** The emulated Cloudflare's side of connections: who serves which tunnel, checked against tunnel id and secret. */
export interface TunnelRegistry {
  register(request: RegisterRequest, connection: EdgeConnection): RegisteredConnection | Refusal;
  /** Registered connections of a tunnel, oldest first. */
  connectionsOf(tunnelId: string): readonly EdgeConnection[];
}

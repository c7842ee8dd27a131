import type { ClientHttp2Stream, ClientSessionRequestOptions, OutgoingHttpHeaders } from 'node:http2';
import type { Refusal, RegisterRequest } from './rpc/registration.ts';
import type { ConfigurationApplied, ConfigurationPush } from './wire/request-kind.ts';

/** The edge's view of a connection. */
export interface EdgeConnection {
  /** The address from which the connector dials. */
  readonly originIp: string;
  /** The data centre of the connection. */
  readonly location: string;
  /** Sends a request. Undefined if the connection accepts no more requests. */
  open(headers: OutgoingHttpHeaders, options?: ClientSessionRequestOptions): ClientHttp2Stream | undefined;
  configure(push: ConfigurationPush): Promise<ConfigurationApplied>;
  /** Closes the connection abruptly. A running connector reconnects. */
  drop(): void;
}

/** A connection that serves a tunnel. */
export interface RegisteredConnection {
  readonly kind: 'registered';
  readonly connectionId: string;
  readonly isRemotelyManaged: boolean;
  /** The connector has unregistered, so the connection is no longer listed. */
  unregister(): void;
  /** The connection has ended without unregistering. */
  lost(): void;
  /** The rules in the configuration file of the connector. */
  reportConfiguration(config: unknown): void;
}

/** The registry of connections in the emulated Cloudflare, which verifies tunnel ids and secrets. */
export interface TunnelRegistry {
  register(request: RegisterRequest, connection: EdgeConnection): RegisteredConnection | Refusal;
  /** Registered connections of a tunnel, oldest first. */
  connectionsOf(tunnelId: string): readonly EdgeConnection[];
}

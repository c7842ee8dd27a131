import type { ClientHttp2Stream, ClientSessionRequestOptions, OutgoingHttpHeaders } from 'node:http2';
import type { Refusal, RegisterRequest } from './rpc/registration.ts';
import type { ConfigurationApplied, ConfigurationPush } from './wire/request-kind.ts';

/** One connection of a connector, as the edge holds it. */
export interface EdgeConnection {
  /** Address the connector dials from. */
  readonly originIp: string;
  /** The data centre it ends in. */
  readonly location: string;
  /** Sends a request through it. Undefined when it takes no more of them. */
  open(headers: OutgoingHttpHeaders, options?: ClientSessionRequestOptions): ClientHttp2Stream | undefined;
  configure(push: ConfigurationPush): Promise<ConfigurationApplied>;
  /** Cuts it. A connector that still runs will come back. */
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
  /** The rules that the connector runs from a file of its own. */
  reportConfiguration(config: unknown): void;
}

/** The emulated Cloudflare's side of connections: who serves which tunnel, checked against tunnel id and secret. */
export interface TunnelRegistry {
  register(request: RegisterRequest, connection: EdgeConnection): RegisteredConnection | Refusal;
  /** Registered connections of a tunnel, oldest first. */
  connectionsOf(tunnelId: string): readonly EdgeConnection[];
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a connector shows to register: the content of `credentials.json`. */
export interface TunnelCredentials {
  readonly accountTag: string;
  readonly tunnelId: string;
  /** Standard base64, at least 32 bytes. */
  readonly tunnelSecret: string;
}

/** One running cloudflared, as the edge sees it. */
export interface Connector {
  /** UUID, new at every start of the process. */
  readonly id: string;
  readonly version: string;
  /** Public address the connections come from, as `/connections` reports it. */
  readonly originIp: string;
  /** How many edge connections it holds (a real one: 4). */
  readonly connections: number;
  /** Answers one request that arrived at the edge for this tunnel, by the connector's own ingress rules. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** The edge closed its connections (clean-up, deletion). A running cloudflared tries to register again. */
  dropped?(): void;
  /** The edge pushes a remote configuration; returns the version in force afterwards. */
  configure?(version: number, config: unknown): number;
}

export type Registration =
  | { readonly kind: 'registered'; unregister(): void }
  /** `cause` is cloudflared's wording, e.g. `Unauthorized: Tunnel not found`. */
  | { readonly kind: 'refused'; readonly cause: string };

/** The emulated Cloudflare's side of connectors: who is registered, checked against tunnel id and secret. */
export interface ConnectorRegistry {
  register(credentials: TunnelCredentials, connector: Connector): Registration;
  /** Registered connectors of a live tunnel, oldest first. */
  connectorsOf(tunnelId: string): readonly Connector[];
}

import type { OriginAgent } from './origin-agent.ts';

/** Where and how one rule's requests are sent. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly agent: OriginAgent;
  /** `httpHostHeader`; empty keeps the public host name. */
  readonly hostHeader: string;
  readonly disableChunkedEncoding: boolean;
  readonly connectorId: string;
}

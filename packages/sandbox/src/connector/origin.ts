import type { OriginAgent } from './origin-agent.ts';

/** The target and settings of the requests of one rule. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly agent: OriginAgent;
  /** `httpHostHeader`. The public hostname is kept if it is empty. */
  readonly hostHeader: string;
  readonly disableChunkedEncoding: boolean;
  readonly connectorId: string;
}

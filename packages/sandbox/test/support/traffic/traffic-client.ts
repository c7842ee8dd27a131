import type { Tally } from './tally.ts';

/** A client that visits again and again. */
export interface TrafficClient {
  /** One request, download or WebSocket. Never rejects: what goes wrong is in the tally. */
  visit(): Promise<void>;
  /** Frees what it keeps between visits. */
  close(): void;
}

export interface ClientOptions {
  /** The front door of the edge, for plain HTTP. */
  readonly url: string;
  readonly hostname: string;
  /** How long an answer may take before it counts as lost. */
  readonly timeoutMs: number;
  readonly tally: Tally;
}

/**
 * How long a visit may take its time. A connector that is told to stop waits 30 seconds for what is open, and a visit
 * that outlasts them because the machine is busy has not been lost by the connector.
 */
export const SLOW_FOR_MS = 5_000;

/** Constant traffic to a hostname, with every lost request, WebSocket and download counted. */
import { setTimeout as delay } from 'node:timers/promises';
import { DownloadClient } from './download-client.ts';
import { RequestClient } from './request-client.ts';
import { type Counts, Tally } from './tally.ts';
import type { ClientOptions, TrafficClient } from './traffic-client.ts';
import { WebSocketClient } from './web-socket-client.ts';

export interface LoadOptions extends Pick<ClientOptions, 'url' | 'hostname'> {
  /** How many clients send requests, each on a connection that it keeps. */
  readonly requestClients?: number;
  readonly webSocketClients?: number;
  readonly downloadClients?: number;
  readonly timeoutMs?: number;
}

/** Traffic that is under way. */
export interface Load {
  /** What has become of the traffic so far. */
  readonly counts: Counts;
  /** Ends every client after its present visit, and resolves with what became of the traffic. */
  stop(): Promise<Counts>;
}

/** Far longer than any answer takes, even on a busy machine. */
const TIMEOUT_MS = 60_000;

/** Between two visits of a client, so that the load leaves some of the machine to what it loads. */
const PAUSE_MS = 5;

/**
 * Starts clients that visit a hostname through the edge until they are stopped.
 *
 * Lost is what a visitor would have got otherwise: a status other than 200, a reset, a timeout, an answer or a download
 * that is cut short, a WebSocket that is refused or that ends before its client closes it.
 */
export function startLoad(options: LoadOptions): Load {
  const { requestClients = 8, webSocketClients = 4, downloadClients = 2, timeoutMs = TIMEOUT_MS } = options;
  const tally = new Tally();
  const stopped = new AbortController();
  const client = { url: options.url, hostname: options.hostname, timeoutMs, tally };
  const visits = [
    ...times(requestClients, () => new RequestClient(client)),
    ...times(webSocketClients, () => new WebSocketClient(client)),
    ...times(downloadClients, () => new DownloadClient(client)),
  ].map((visitor) => visitUntil(stopped.signal, visitor));
  return {
    get counts() {
      return tally.counts;
    },
    async stop() {
      stopped.abort();
      await Promise.all(visits);
      return tally.counts;
    },
  };
}

async function visitUntil(stopped: AbortSignal, client: TrafficClient): Promise<void> {
  while (!stopped.aborted) {
    await client.visit();
    await delay(PAUSE_MS);
  }
  client.close();
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}

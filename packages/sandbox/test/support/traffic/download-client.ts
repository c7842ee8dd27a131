import { type IncomingMessage, request as startRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { kindOf } from './request-client.ts';
import { type ClientOptions, type TrafficClient, SLOW_FOR_MS } from './traffic-client.ts';

const MEBIBYTES = 4;
const SIZE = MEBIBYTES * 2 ** 20;
/** Reading this much and then pausing keeps a download open for more than half a second. */
const BURST = 128 * 1024;
const PAUSE_MS = 20;

/** Downloads a file, slowly enough that most of it is still to come when something happens to the connectors. */
export class DownloadClient implements TrafficClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async visit(): Promise<void> {
    const { tally } = this.#options;
    const failure = await this.#download().catch(kindOf);
    if (failure === undefined) tally.count('downloads');
    else tally.lose(`download: ${failure}`);
  }

  close(): void {}

  async #download(): Promise<string | undefined> {
    const response = await this.#open();
    if (response.statusCode !== 200) {
      response.destroy();
      return `HTTP ${response.statusCode}`;
    }
    const received = await readSlowly(response);
    return response.complete && received === SIZE ? undefined : 'cut short';
  }

  #open(): Promise<IncomingMessage> {
    const { url, hostname, timeoutMs } = this.#options;
    const path = new URL(`/data?size=${MEBIBYTES}&unit=MB`, url);
    return new Promise((resolve, reject) => {
      const request = startRequest(path, { headers: { host: hostname }, agent: false, timeout: timeoutMs });
      request.once('timeout', () => request.destroy(new Error('timeout')));
      request.once('error', reject);
      request.once('response', resolve);
      request.end();
    });
  }
}

async function readSlowly(response: IncomingMessage): Promise<number> {
  let received = 0;
  let nextPause = BURST;
  const end = performance.now() + SLOW_FOR_MS;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received < nextPause || performance.now() > end) continue;
    nextPause += BURST;
    await delay(PAUSE_MS);
  }
  return received;
}

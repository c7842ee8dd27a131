import { Agent, request as startRequest, type IncomingMessage } from 'node:http';
import type { ClientOptions, TrafficClient } from './traffic-client.ts';

const BODY = 'a body, which nobody may send twice';

/** Sends one request after the other on one kept connection. Every other one is a POST, which no proxy repeats. */
export class RequestClient implements TrafficClient {
  readonly #options: ClientOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #sent = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async visit(): Promise<void> {
    const { tally } = this.#options;
    const failure = await this.#send(this.#sent % 2 === 0 ? undefined : BODY);
    this.#sent += 1;
    if (failure === undefined) tally.count('answered');
    else tally.lose(`request: ${failure}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Resolves with what went wrong, or undefined once the whole answer has arrived. */
  #send(body: string | undefined): Promise<string | undefined> {
    const { url, hostname, timeoutMs } = this.#options;
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { host: hostname };
    return new Promise((resolve) => {
      const request = startRequest(url, { method, headers, agent: this.#agent, timeout: timeoutMs });
      request.once('timeout', () => request.destroy(new Error('timeout')));
      request.once('error', (error) => resolve(kindOf(error)));
      request.once('response', (response) => resolve(outcomeOf(response)));
      request.end(body);
    });
  }
}

/** The code of a system error, which unlike its message contains no ports. */
export function kindOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

async function outcomeOf(response: IncomingMessage): Promise<string | undefined> {
  response.resume();
  const closed = new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.once('error', () => resolve());
  });
  await closed;
  if (response.statusCode !== 200) return `HTTP ${response.statusCode}`;
  return response.complete ? undefined : 'cut short';
}

/** Sends the requests about one object one after another, as a node does, and repeats what the server could not take. */
import { setTimeout as delay } from 'node:timers/promises';

export interface OrderedRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
}

const REPEAT_MS = 100;
/** Too many requests, or a fault of the server. Any other refusal would be repeated in vain. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;
/** The object is gone, is another one of its name, or has a node already. */
const isObsolete = (status: number): boolean => status === 404 || status === 409;

export class OrderedRequests {
  readonly #server: string;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string, OrderedRequest[]>();

  constructor(server: string, signal: AbortSignal) {
    this.#server = server;
    this.#signal = signal;
  }

  /** A newer PATCH of the same path takes the place of one that still waits. */
  send(object: string, request: OrderedRequest): void {
    const waiting = this.#waiting.get(object);
    if (waiting === undefined) {
      const requests = [request];
      this.#waiting.set(object, requests);
      void this.#drain(object, requests);
      return;
    }
    const last = waiting.at(-1);
    if (request.method === 'PATCH' && last?.method === 'PATCH' && last.path === request.path) waiting.pop();
    waiting.push(request);
  }

  async #drain(object: string, requests: OrderedRequest[]): Promise<void> {
    for (let next = requests.shift(); next !== undefined && !this.#signal.aborted; next = requests.shift()) {
      const isDone = await this.#attempt(next);
      if (isDone) continue;
      await delay(REPEAT_MS, undefined, { signal: this.#signal }).catch(() => undefined);
      if (requests[0]?.path !== next.path) requests.unshift(next);
    }
    this.#waiting.delete(object);
  }

  /** False: to be repeated. */
  async #attempt({ method, path, body }: OrderedRequest): Promise<boolean> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const request = { method, headers: { 'content-type': type }, body: JSON.stringify(body), signal: this.#signal };
    try {
      const response = await fetch(this.#server + path, request);
      const answer = await response.text();
      if (isPassing(response.status)) return false;
      // What else is refused is a mistake of the sandbox, and is to be seen.
      if (!response.ok && !isObsolete(response.status)) console.warn(`${method} ${path}: ${response.status} ${answer}`);
      return true;
    } catch {
      return this.#signal.aborted;
    }
  }
}

import type { ServerResponse } from 'node:http';
import type { Answer } from './loopback-server.ts';

/** The server's side of a watch. */
export class WatchStream {
  /** Resolves when the connection of the watch is closed by either side. */
  readonly closed: Promise<void>;
  readonly #opened = Promise.withResolvers<ServerResponse>();
  #markClosed: () => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => (this.#markClosed = resolve));
  }

  /** Accepts the watch. */
  readonly answer: Answer = (response) => {
    response.once('close', this.#markClosed);
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.#opened.resolve(response);
  };

  send(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR', object: unknown): Promise<void> {
    return this.sendLine(JSON.stringify({ type, object }));
  }

  async sendLine(line: string): Promise<void> {
    const response = await this.#opened.promise;
    response.write(`${line}\n`);
  }

  async end(): Promise<void> {
    const response = await this.#opened.promise;
    response.end();
  }

  async reset(): Promise<void> {
    const response = await this.#opened.promise;
    response.socket?.resetAndDestroy();
  }
}

import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { json } from 'node:stream/consumers';
import { type ConfigurationPush, type RequestKind, requestKind } from '../edge/wire/request-kind.ts';
import type { RunningConfiguration } from './running-configuration.ts';
import { answerItself, failAnswer } from './tunnel-answer.ts';
import { tunnelRequest } from './tunnel-request.ts';

/** Serves the requests from the edge on all connections of a connector, and counts those of visitors. */
export class ServedStreams {
  readonly #configuration: RunningConfiguration;
  readonly #active = new Map<ServerHttp2Stream, RequestKind>();
  #emptied = Promise.withResolvers<void>();
  #total = 0;

  constructor(configuration: RunningConfiguration) {
    this.#configuration = configuration;
  }

  get total(): number {
    return this.#total;
  }

  /** The number of requests in progress. */
  get active(): number {
    return this.#active.size;
  }

  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const kind = requestKind(headers);
    if (kind === 'configuration') return void this.#configure(stream);
    if (kind === 'tcp') return answerItself(stream, 502); // WARP routing, which the sandbox does not support
    this.#total += 1;
    this.#active.set(stream, kind);
    stream.once('close', () => this.#forget(stream));
    this.#configuration.rules.serve(tunnelRequest(stream, headers));
  }

  /**
   * Aborts all requests: with 502 before the response has started, otherwise by resetting the stream. An open WebSocket
   * continues.
   */
  failRequests(): void {
    for (const [stream, kind] of this.#active) if (kind === 'http' || !stream.headersSent) failAnswer(stream);
  }

  /** Resolves once nothing is being answered any more, if nothing new arrives. */
  async idle(): Promise<void> {
    if (this.#active.size > 0) await this.#emptied.promise;
  }

  #forget(stream: ServerHttp2Stream): void {
    this.#active.delete(stream);
    if (this.#active.size > 0) return;
    this.#emptied.resolve();
    this.#emptied = Promise.withResolvers();
  }

  async #configure(stream: ServerHttp2Stream): Promise<void> {
    const push = await json(stream).catch(() => undefined);
    if (stream.destroyed) return;
    const applied = this.#configuration.apply((push ?? { version: -1, config: {} }) as ConfigurationPush);
    stream.respond({ ':status': 200 });
    stream.end(JSON.stringify(applied));
  }
}

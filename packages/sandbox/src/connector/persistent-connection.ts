import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { EdgeAddress } from '../edge/edge-address.ts';
import type { Refusal, RegisterReply, RegisterRequest } from '../edge/rpc/registration.ts';
import { EdgeConnection } from './edge-connection.ts';
import type { Log } from './log-line.ts';

export type Registered = Extract<RegisterReply, { kind: 'registered' }>;

export interface PersistentConnectionOptions {
  readonly edge: EdgeAddress;
  /** The registration request without the number of attempts. */
  readonly request: Omit<RegisterRequest, 'previousAttempts'>;
  readonly retryBaseMs: number;
  /** `--retries`: limits the growth of the delay between attempts, but not their number. */
  readonly retries: number;
  readonly log: Log;
  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
  onRegistered(connection: EdgeConnection, reply: Registered): void;
  /** Decides whether to retry after a refusal. */
  onRefused(refusal: Refusal): boolean;
}

/** A connection to the edge that registers again whenever it is lost. */
export class PersistentConnection {
  readonly #options: PersistentConnectionOptions;
  readonly #abort = new AbortController();
  #connection: EdgeConnection | undefined;
  #underway: Promise<void>;
  #isRegistered = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PersistentConnectionOptions) {
    this.#options = options;
    this.#underway = this.#attempt(0);
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /** Unregisters. Resolves when the edge has closed the connection and no request is in progress. */
  async leave(): Promise<void> {
    this.#giveUp();
    this.#connection?.abandon();
    if (this.#connection !== undefined && this.#isRegistered) this.#unregister(this.#connection);
    await this.#underway;
  }

  /** Closes the connection without unregistering. */
  destroy(): void {
    this.#giveUp();
    this.#isRegistered = false;
    this.#connection?.destroy();
  }

  #giveUp(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  async #attempt(attempt: number): Promise<void> {
    const connection = new EdgeConnection((stream, headers) => this.#options.serve(stream, headers));
    this.#connection = connection;
    try {
      const reply = await connection.open(this.#options.edge, { ...this.#options.request, previousAttempts: attempt });
      if (reply.kind === 'registered') await this.#hold(connection, reply);
      else this.#noteRefusal(reply, attempt);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#log('ERR', 'Unable to establish connection with Cloudflare edge', { error: (error as Error).message });
      this.#retryLater(attempt);
    } finally {
      connection.destroy();
    }
  }

  async #hold(connection: EdgeConnection, reply: Registered): Promise<void> {
    if (this.#abort.signal.aborted) this.#unregister(connection);
    else this.#announce(connection, reply);
    await connection.closed;
    this.#isRegistered = false;
    if (this.#abort.signal.aborted) return;
    this.#log('WRN', 'Serve tunnel error', { error: 'connection with edge closed' });
    this.#retryLater(0);
  }

  #announce(connection: EdgeConnection, reply: Registered): void {
    this.#isRegistered = true;
    this.#options.onRegistered(connection, reply);
  }

  /** The edge closes the connection when its last request has ended. */
  #unregister(connection: EdgeConnection): void {
    this.#isRegistered = false;
    connection.unregister().catch(() => connection.destroy());
  }

  #noteRefusal(refusal: Refusal, attempt: number): void {
    this.#log('ERR', 'Register tunnel error from server side', { error: refusal.cause });
    if (this.#options.onRefused(refusal)) this.#retryLater(attempt, refusal.retryAfterMs);
  }

  #retryLater(attempt: number, atLeastMs = 0): void {
    if (this.#abort.signal.aborted) return;
    const { retryBaseMs, retries } = this.#options;
    const longestMs = retryBaseMs * 2 ** Math.min(attempt, retries);
    this.#log('INF', `Retrying connection in up to ${Math.ceil(longestMs / 1000)}s`);
    const delayMs = Math.max(atLeastMs, Math.random() * longestMs);
    this.#timer = setTimeout(() => {
      this.#underway = this.#attempt(attempt + 1);
    }, delayMs);
  }

  #log(level: 'INF' | 'WRN' | 'ERR', message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#options.log(level, message, { ...fields, connIndex: this.#options.request.connIndex, event: 0 });
  }
}

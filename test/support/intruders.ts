/**
 * Visitors without credentials who ask for hostnames all the time. They enter the edge inside this process: what it
 * answers itself costs no connection, so that millions of requests are possible; what it lets pass goes through the
 * tunnel to the connector as any other request.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import { EdgeVisits } from './edge-visits.ts';

/** Marks their requests, with whether the hostname had to be closed when it was sent. */
const MARK = 'x-intruder';
const CLOSED = 'closed';

/** Requests in a row, and the pause after them, which leaves time for the operator in the same process. */
const AT_ONCE = 10;
const PAUSE_MS = 1;

const FIRST = { url: '/', headers: {} };

/** What they try: paths, and credentials that are none. */
const TRIES = [
  FIRST,
  { url: '/a/b?c=d', headers: { 'cf-access-jwt-assertion': 'forged' } },
  { url: '/', headers: { cookie: 'CF_Authorization=forged' } },
  { url: '/%61', headers: { 'cf-access-authenticated-user-email': 'me@example.com' } },
];

export class Intruders {
  readonly #edge: EdgeVisits;
  readonly #stopped = new AbortController();
  readonly #closed = new Set<string>();
  readonly #awaited = new Set<string>();
  readonly #letIn: string[] = [];
  #requests = 0;
  #running: Promise<void> | undefined;

  constructor(sandbox: Pick<Sandbox, 'cloudflare'>) {
    this.#edge = new EdgeVisits(sandbox);
  }

  /** Requests for hostnames that had to be closed. */
  get requests(): number {
    return this.#requests;
  }

  /** Those of them that reached an origin: empty if everything is well. */
  get letIn(): readonly string[] {
    return this.#letIn;
  }

  /** From now on nobody without credentials may reach an origin by this hostname. */
  close(hostname: string): void {
    this.#closed.add(hostname);
  }

  /** The same from the first request that Access turns away: the hostname is public until then. */
  closeOnceProtected(hostname: string): void {
    this.#awaited.add(hostname);
  }

  /** Everybody may enter by this hostname again. */
  open(hostname: string): void {
    this.#closed.delete(hostname);
    this.#awaited.delete(hostname);
  }

  start(): void {
    this.#running = this.#visitAll();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#edge.abandon();
    await this.#running;
  }

  /** Called by the origin with every request. */
  arrived({ headers, url }: IncomingMessage): void {
    const { host = '' } = headers;
    if (headers[MARK] === CLOSED && this.#closed.has(host)) this.#letIn.push(`${host}${url ?? ''}`);
  }

  async #visitAll(): Promise<void> {
    for (let turn = 0; !this.#stopped.signal.aborted; turn += 1) {
      const hostnames = [...this.#closed, ...this.#awaited];
      for (let each = 0; each < AT_ONCE && hostnames.length > 0; each += 1) {
        const hostname = hostnames[(turn + each) % hostnames.length] ?? '';
        await this.#visit(hostname, TRIES[(turn * 7 + each) % TRIES.length]);
      }
      await delay(PAUSE_MS);
    }
  }

  async #visit(hostname: string, { url, headers } = FIRST): Promise<void> {
    const isClosed = this.#closed.has(hostname);
    if (isClosed) this.#requests += 1;
    const mark = isClosed ? { [MARK]: CLOSED } : {};
    const { status, by } = await this.#edge.visit(hostname, { url, headers: { ...headers, ...mark } });
    if (by === 'edge') this.#turnedAway(hostname, status);
  }

  /** Access answers with a redirect or 403; 530 says only that there is no such name, or no connector. */
  #turnedAway(hostname: string, status: number): void {
    if (status === 530 || !this.#awaited.delete(hostname)) return;
    this.#closed.add(hostname);
  }
}

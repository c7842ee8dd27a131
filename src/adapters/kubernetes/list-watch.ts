import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { RestClient } from './rest-client.ts';

/** What is listed and watched. */
export interface Selection {
  readonly path: string;
  readonly labelSelector?: string;
}

/** One page of a list; items carry no kind of their own. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** One line of a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface WatchStart {
  /** Events after this version are told. */
  readonly version: string;
  /** When the server is to end the watch. */
  readonly seconds: number;
  /** Silence after which the connection is taken for dead. */
  readonly idleMs: number;
}

const PAGE_SIZE = 500;

/** An API server that takes a watch says so at once: it need not be waited for as long as for an event. */
const OPEN_MS = 30_000;

/** Reads a list page by page. */
export async function* listPages<T>(
  rest: RestClient,
  { path, labelSelector }: Selection,
  signal: AbortSignal,
): AsyncGenerator<Page<T>> {
  let next: string | undefined;
  do {
    const query = { limit: String(PAGE_SIZE), continue: next, labelSelector };
    const page = await rest.json<Page<T>>('GET', path, { query, signal });
    yield page;
    next = page.metadata?.continue;
  } while (next !== undefined && next !== '');
}

/** The version that the server has come to, for the price of one object. */
export async function presentVersion(rest: RestClient, { path }: Selection, signal: AbortSignal): Promise<string> {
  const page = await rest.json<Page<unknown>>('GET', path, { query: { limit: '1' }, signal });
  return page.metadata?.resourceVersion ?? '';
}

/** Follows a watch until the server ends it; throws when the connection fails, or is silent for too long. */
export async function* watchEvents<T>(
  rest: RestClient,
  { path, labelSelector }: Selection,
  { version, seconds, idleMs }: WatchStart,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  const silence = new AbortController();
  const abortAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(() => silence.abort(new Error(`the watch was silent for ${ms} ms`)), ms);
  let timer = abortAfter(Math.min(OPEN_MS, idleMs));
  let response: IncomingMessage | undefined;
  try {
    response = await rest.open('GET', path, {
      query: {
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(seconds),
        resourceVersion: version,
        labelSelector,
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    clearTimeout(timer);
    timer = abortAfter(idleMs);
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      timer.refresh();
      if (line !== '') yield JSON.parse(line) as WatchEvent<T>;
    }
  } finally {
    clearTimeout(timer);
    // Whatever still comes is for nobody, and an error without a listener would end the process.
    response?.on('error', () => undefined).destroy();
  }
}

import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { RestClient } from './rest-client.ts';

/** What to list or watch. */
export interface Selection {
  readonly path: string;
  readonly labelSelector?: string;
}

/** One page of a list. Its items have no kind. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** One line of a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface WatchOptions extends Selection {
  /** The watch begins after this version. */
  readonly version: string;
  /** The server ends the watch after this time. */
  readonly seconds: number;
  /** A connection without an event for this long counts as dead. */
  readonly idleMs: number;
}

const PAGE_SIZE = 500;

/** The API server answers a watch at once, so the wait for its headers is shorter than that for an event. */
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

/** The server's current version, at the cost of reading one object. */
export async function currentVersion(rest: RestClient, { path }: Selection, signal: AbortSignal): Promise<string> {
  const page = await rest.json<Page<unknown>>('GET', path, { query: { limit: '1' }, signal });
  return page.metadata?.resourceVersion ?? '';
}

/** Follows a watch until the server ends it. Throws when the connection fails or is silent for too long. */
export async function* watchEvents<T>(
  rest: RestClient,
  { path, labelSelector, version, seconds, idleMs }: WatchOptions,
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
    // A late error without a listener would end the process.
    response?.on('error', () => undefined).destroy();
  }
}

import type { FaultList } from '../../faults.ts';
import type { ErrorItem } from './api-error.ts';

export type FaultEffect =
  /** Answers without running the request. `body` is sent as JSON. */
  | { readonly kind: 'reply'; readonly status: number; readonly body?: unknown; readonly headers?: HeaderMap }
  /** Answers without running the request, with the HTML page of a broken proxy. */
  | { readonly kind: 'html'; readonly status: number }
  /** Closes the connection without running the request. */
  | { readonly kind: 'drop-before' }
  /** Runs the request, then closes the connection without an answer. */
  | { readonly kind: 'drop-after' }
  /** Runs the request and delays the answer by a time, or until `until` resolves. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Runs the request, sends the headers and half of the body, then nothing more. */
  | { readonly kind: 'stall-body' }
  /** Runs the request and sends the first half of its JSON as a complete response. */
  | { readonly kind: 'truncate' }
  /** Answers 200 with `success: false` without running the request. */
  | { readonly kind: 'unsuccessful'; readonly errors: readonly ErrorItem[] }
  /** Answers 409 without running the request, as if another request held a lock. */
  | { readonly kind: 'lock' }
  /** Makes lists return the state of `lagMs` ago. */
  | { readonly kind: 'stale-reads'; readonly lagMs: number };

type HeaderMap = Readonly<Record<string, string>>;

/** The faults of the Cloudflare API. A rule matches the path without `/client/v4` and without the query. */
export type Faults = FaultList<FaultEffect>;

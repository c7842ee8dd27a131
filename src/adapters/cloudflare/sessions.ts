import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import type { Clock } from '../../runtime/clock.ts';
import { digest } from '../digest.ts';
import { createCloudflareClient } from './client.ts';
import { CloudflareSession, type RecordBook } from './session.ts';
import { RateBudget, withBudget } from './rate-budget.ts';
import { type CallReport, createTransport, fenced } from './transport.ts';

/** Longest time that a call may take, answer included. */
const CALL_TIMEOUT_MS = 30_000;

export interface CloudflareSessions {
  /** The session of these credentials: the same one for everybody who uses the same. */
  open(credentials: ApiCredentials): CloudflareSession;
  /** Calls that each token has left in the present window; a token is named by its digest. */
  callsLeft(): ReadonlyMap<string, number>;
  close(): void;
}

export interface SessionOptions {
  /** Asked before every write; throws when another replica may write by now. */
  readonly assertLeading?: () => void;
  /** What budgets wait by; real time by default. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly callTimeoutMs?: number;
}

export function createCloudflareSessions(
  baseUrl: string,
  report: (call: CallReport) => void,
  { assertLeading, clock, callTimeoutMs = CALL_TIMEOUT_MS }: SessionOptions = {},
): CloudflareSessions {
  const transport = fenced(createTransport(callTimeoutMs, report), assertLeading);
  const book: RecordBook = new Map();
  const sessions = new Map<string, CloudflareSession>();
  return {
    open(credentials) {
      const key = digest(JSON.stringify(credentials));
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const budget = new RateBudget(clock?.now);
      const client = createCloudflareClient(credentials, baseUrl, withBudget(transport, budget));
      const session = new CloudflareSession(client, book, budget);
      sessions.set(key, session);
      return session;
    },
    callsLeft() {
      return new Map([...sessions].map(([key, session]) => [key.slice(0, 8), session.callsLeft]));
    },
    close() {
      transport.close();
    },
  };
}

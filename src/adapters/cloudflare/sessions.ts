import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import type { Clock } from '../../runtime/clock.ts';
import { digest } from '../digest.ts';
import { createCloudflareClient } from './client.ts';
import { CloudflareSession, type RecordsByZone } from './session.ts';
import { RateBudget, withBudget } from './rate-budget.ts';
import { type ProxyEnvironment, proxyFor } from './proxy.ts';
import { type CallReport, createTransport, fenced } from './transport.ts';

/** Longest time that a call may take, answer included. */
const CALL_TIMEOUT_MS = 30_000;

/** A session that nobody has opened for so long is of a rotated token; longer than Cloudflare's window of calls. */
const IDLE_MS = 3_600_000;

export interface CloudflareSessions {
  /** The session of these credentials: the same one for everybody who uses the same, until they all have others. */
  open(credentials: ApiCredentials): CloudflareSession;
  /** Calls that each token has left in the present window; a token is named by its digest. */
  callsLeft(): ReadonlyMap<string, number>;
  close(): void;
}

export interface SessionOptions {
  /** Asked before every write; throws when another replica may write by now. */
  readonly assertLeading?: () => void;
  /** What budgets wait by, and what sessions grow old by; real time by default. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly callTimeoutMs?: number;
  /** Where a proxy may be named; none by default. */
  readonly env?: ProxyEnvironment;
}

/** Throws if `env` names a proxy that cannot be used. */
export function createCloudflareSessions(
  baseUrl: string,
  report: (call: CallReport) => void,
  { assertLeading, clock = performance, callTimeoutMs = CALL_TIMEOUT_MS, env = {} }: SessionOptions = {},
): CloudflareSessions {
  proxyFor(new URL(baseUrl).protocol, env);
  const transport = fenced(createTransport(callTimeoutMs, report, env), assertLeading);
  const recordsByZone: RecordsByZone = new Map();
  const sessions = new Map<string, { readonly session: CloudflareSession; readonly openedAt: number }>();
  const begin = (credentials: ApiCredentials): CloudflareSession => {
    const budget = new RateBudget(() => clock.now());
    const client = createCloudflareClient(credentials, baseUrl, withBudget(transport, budget));
    return new CloudflareSession(client, recordsByZone, budget);
  };
  const dropIdle = (): void => {
    for (const [key, { openedAt }] of sessions) if (clock.now() - openedAt > IDLE_MS) sessions.delete(key);
  };
  return {
    open(credentials) {
      const key = digest(JSON.stringify(credentials));
      const session = sessions.get(key)?.session ?? begin(credentials);
      sessions.set(key, { session, openedAt: clock.now() });
      dropIdle();
      return session;
    },
    callsLeft() {
      dropIdle();
      return new Map([...sessions].map(([key, { session }]) => [key.slice(0, 8), session.callsLeft]));
    },
    close() {
      transport.close();
    },
  };
}

import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import type { Clock } from '../../runtime/clock.ts';
import { digest } from '../digest.ts';
import { createCloudflareClient } from './calls/client.ts';
import { type ProxyEnvironment, proxyFor } from './calls/proxy.ts';
import { RateBudget, withBudget } from './calls/rate-budget.ts';
import { type CallReport, createTransport, fenced } from './calls/transport.ts';
import type { RecordsByZone } from './dns/records.ts';
import { type CloudflareSession, openSession } from './session.ts';

/** Longest duration of a call, including its answer. */
const CALL_TIMEOUT_MS = 30_000;

/** A session that was not opened for this long belongs to a rotated token. Longer than Cloudflare's rate window. */
const IDLE_MS = 3_600_000;

export interface CloudflareSessions {
  /** The session of these credentials, which everything with the same credentials shares. */
  open(credentials: ApiCredentials): CloudflareSession;
  /** Calls that each token has left in the current window, by digest of the token. */
  callsLeft(): ReadonlyMap<string, number>;
  close(): void;
}

export interface SessionOptions {
  /** Called before every write. Throws if another replica may lead. */
  readonly assertLeading?: () => void;
  /** For rate windows and idle sessions; real time by default. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly callTimeoutMs?: number;
  /** Where a proxy may be named; empty by default. */
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
  const entries = new Map<string, Entry>();
  const begin = (credentials: ApiCredentials): Entry => {
    const budget = new RateBudget(() => clock.now());
    const client = createCloudflareClient(credentials, baseUrl, withBudget(transport, budget));
    return { session: openSession(client, budget, recordsByZone), budget, openedAt: clock.now() };
  };
  const dropIdle = (): void => {
    for (const [key, { openedAt }] of entries) if (clock.now() - openedAt > IDLE_MS) entries.delete(key);
  };
  return {
    open(credentials) {
      const key = digest(JSON.stringify(credentials));
      const entry = entries.get(key) ?? begin(credentials);
      entries.set(key, { ...entry, openedAt: clock.now() });
      dropIdle();
      return entry.session;
    },
    callsLeft() {
      dropIdle();
      return new Map([...entries].map(([key, { budget }]) => [key.slice(0, 8), budget.left]));
    },
    close: () => transport.close(),
  };
}

interface Entry {
  readonly session: CloudflareSession;
  readonly budget: RateBudget;
  readonly openedAt: number;
}

import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { Service } from '../../../src/api/objects.ts';
import type { ServiceContext } from '../../../src/controllers/service/context.ts';
import { reconcileService } from '../../../src/controllers/service/reconcile.ts';
import type { Problem } from '../../../src/core/routes/route.ts';
import type { RoutingTable } from '../../../src/core/routes/table.ts';
import type { TunnelNews } from '../../../src/core/status/exposed.ts';
import type { Outcome } from '../../../src/runtime/controller.ts';
import { EPOCH, aService } from '../../support/builders.ts';
import { NO_NEWS, aVerdict } from '../../support/routes.ts';

const KEY = 'shop/web';
/** What the condition says of a hostname that is live. */
const WORDS: Readonly<Record<string, string>> = {
  Exposed: 'https://a.example.com',
  NoReadyEndpoints:
    'https://a.example.com: visitors get HTTP 502, because Service shop/web has no ready pod. See: kubectl -n shop get endpointslices -l kubernetes.io/service-name=web',
};
const TYPO: Problem = { reason: 'InvalidAnnotation', message: 'a typo' };

const UNREAD: Problem = { reason: 'Progressing', message: 'certificates are yet to be read' };

const UNSERVED = NO_NEWS;
const LIVE = new Map([['a.example.com', KEY]]);
const SERVED: TunnelNews = { ...NO_NEWS, live: LIVE, served: LIVE };

interface Situation {
  /** What its condition says. */
  readonly said?: string;
  readonly news?: TunnelNews;
  readonly problems?: readonly Problem[];
  readonly waitedMs?: number;
  readonly unansweredMs?: number;
}

describe('Progressing', () => {
  // Invariant 3.
  it('is not said for certificates that a restart has yet to read', async () => {
    const unread = { said: 'Exposed', news: SERVED, problems: [UNREAD] };

    expect((await passOver(unread)).said).toEqual([]);
    expect((await passOver({ ...unread, waitedMs: 5_000 })).said).toEqual(['Unknown Progressing']);
  });

  it.each<{ case: string; situation: Situation }>([
    { case: 'in place of a mistake that was mended', situation: { said: 'InvalidAnnotation', news: UNSERVED } },
    { case: 'in place of a Tunnel without connectors', situation: { said: 'NoConnectors', news: UNSERVED } },
  ])('is said at once $case', async ({ situation }) => {
    expect((await passOver(situation)).said).toEqual(['Unknown Progressing']);
  });

  it.each<{ case: string; situation: Situation }>([
    { case: 'that comes with its Tunnel', situation: {} },
    { case: 'that comes to a running Tunnel', situation: { news: UNSERVED } },
  ])('is said within a second of a Service $case', async ({ situation }) => {
    expect(await passOver(situation)).toEqual({ said: [], outcome: { recheckAfterMs: 1_000 } });
    expect((await passOver({ ...situation, waitedMs: 1_000 })).said).toEqual(['Unknown Progressing']);
  });

  // Invariant 3.
  it.each(['InvalidAnnotation', 'NoConnectors', 'NoReadyEndpoints', 'Exposed'])(
    'is not said after a start in place of %s, before the Tunnel has been looked at',
    async (said) => {
      expect((await passOver({ said, unansweredMs: 0 })).said).toEqual([]);
    },
  );

  it('is said all the same when nobody looks at the Tunnel', async () => {
    expect((await passOver({ said: 'InvalidAnnotation', waitedMs: 5_000 })).said).toEqual(['Unknown Progressing']);
  });

  it('gives way to a mistake at once', async () => {
    expect((await passOver({ said: 'Progressing', problems: [TYPO] })).said).toEqual(['False InvalidAnnotation']);
  });
});

// Invariant 32.
describe('a Service without a ready endpoint', () => {
  it('is exposed for a moment longer, and looked at again', async () => {
    const { said, outcome } = await passOver({ news: SERVED, unansweredMs: 1_000 });

    expect(said).toEqual(['True Exposed']);
    expect(outcome).toEqual({ recheckAfterMs: 5_000 });
  });

  it('is not exposed when that has lasted', async () => {
    expect(await passOver({ news: SERVED, unansweredMs: 5_000 })).toEqual({
      said: ['False NoReadyEndpoints'],
      outcome: {},
    });
  });
});

async function passOver(situation: Situation): Promise<{ said: readonly string[]; outcome: Outcome }> {
  const { said: before, news, problems = [], waitedMs = 0, unansweredMs } = situation;
  const verdict = { ...aVerdict(KEY, { hostnames: ['a.example.com'], problems }), tunnel: 'shop/home' };
  const said: string[] = [];
  const ctx: ServiceContext = {
    services: { get: () => serviceThatSays(before) },
    objects: {
      applyStatus: async (_, status) => {
        const [condition] = (status as { conditions: readonly Condition[] }).conditions;
        said.push(`${condition?.status} ${condition?.reason}`);
      },
      setFinalizers: async () => true,
    },
    routing: () => ({ verdicts: new Map([[KEY, verdict]]) }) as unknown as RoutingTable,
    newsOf: () => news,
    exposureOf: () => ({ hasRoutes: true, hold: () => ({ kind: 'none' }) }),
    unansweredMs: () => unansweredMs,
    guarded: () => undefined,
    released: () => undefined,
    record: async () => undefined,
    patience: { waitedMs: () => waitedMs, done: () => undefined },
    now: () => EPOCH,
  };
  const signal = new AbortController().signal;
  return { outcome: await reconcileService(ctx, KEY, { signal, failures: 0, isRetry: false }), said };
}

function serviceThatSays(reason: string | undefined): Service {
  const service = aService(KEY, { hostname: 'a.example.com', tunnel: 'home', finalized: true });
  if (reason === undefined) return service;
  const status = reason === 'Exposed' ? 'True' : 'False';
  const message = WORDS[reason] ?? 'as before';
  return {
    ...service,
    status: { conditions: [{ type: EXPOSED, status, reason, message, lastTransitionTime: EPOCH }] },
  };
}

import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { Service } from '../../../src/api/objects.ts';
import type { ServiceContext } from '../../../src/controllers/service/context.ts';
import { reconcileService } from '../../../src/controllers/service/reconcile.ts';
import type { Problem } from '../../../src/core/model/route.ts';
import type { RoutingTable } from '../../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
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
const SERVED: TunnelObservation = { ...NO_NEWS, live: LIVE, served: LIVE };

interface Situation {
  /** What its condition says. */
  readonly said?: string;
  readonly observation?: TunnelObservation;
  readonly problems?: readonly Problem[];
  readonly startOrContinue?: number;
  readonly unansweredMs?: number;
}

describe('Progressing', () => {
  // Invariant 3.
  it('is not said for certificates that a restart has yet to read', async () => {
    const unread = { said: 'Exposed', observation: SERVED, problems: [UNREAD] };

    expect((await passOver(unread)).said).toEqual([]);
    expect((await passOver({ ...unread, startOrContinue: 5_000 })).said).toEqual(['Unknown Progressing']);
  });

  it.each<{ case: string; situation: Situation }>([
    { case: 'in place of a mistake that was mended', situation: { said: 'InvalidAnnotation', observation: UNSERVED } },
    { case: 'in place of a Tunnel without connectors', situation: { said: 'NoConnectors', observation: UNSERVED } },
  ])('is said at once $case', async ({ situation }) => {
    expect((await passOver(situation)).said).toEqual(['Unknown Progressing']);
  });

  it.each<{ case: string; situation: Situation }>([
    { case: 'that comes with its Tunnel', situation: {} },
    { case: 'that comes to a running Tunnel', situation: { observation: UNSERVED } },
  ])('is said within a second of a Service $case', async ({ situation }) => {
    expect(await passOver(situation)).toEqual({ said: [], outcome: { recheckAfterMs: 1_000 } });
    expect((await passOver({ ...situation, startOrContinue: 1_000 })).said).toEqual(['Unknown Progressing']);
  });

  // Invariant 3.
  it.each(['InvalidAnnotation', 'NoConnectors', 'NoReadyEndpoints', 'Exposed'])(
    'is not said after a start in place of %s, before the Tunnel has been looked at',
    async (said) => {
      expect((await passOver({ said, unansweredMs: 0 })).said).toEqual([]);
    },
  );

  it('is said all the same when nobody looks at the Tunnel', async () => {
    expect((await passOver({ said: 'InvalidAnnotation', startOrContinue: 5_000 })).said).toEqual([
      'Unknown Progressing',
    ]);
  });

  it('gives way to a mistake at once', async () => {
    expect((await passOver({ said: 'Progressing', problems: [TYPO] })).said).toEqual(['False InvalidAnnotation']);
  });
});

// Invariant 32.
describe('a Service without a ready endpoint', () => {
  it('is exposed for a moment longer, and looked at again', async () => {
    const { said, outcome } = await passOver({ observation: SERVED, unansweredMs: 1_000 });

    expect(said).toEqual(['True Exposed']);
    expect(outcome).toEqual({ recheckAfterMs: 5_000 });
  });

  it('is not exposed when that has lasted', async () => {
    expect(await passOver({ observation: SERVED, unansweredMs: 5_000 })).toEqual({
      said: ['False NoReadyEndpoints'],
      outcome: {},
    });
  });
});

async function passOver(situation: Situation): Promise<{ said: readonly string[]; outcome: Outcome }> {
  const { said: before, observation, problems = [], startOrContinue = 0, unansweredMs } = situation;
  const result = { ...aVerdict(KEY, { hostnames: ['a.example.com'], problems }), tunnel: 'shop/home' };
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
    routing: () => ({ results: new Map([[KEY, result]]) }) as unknown as RoutingTable,
    observationOf: () => observation,
    publicationStateOf: () => ({ hasRoutes: true, hold: () => ({ kind: 'none' }) }),
    unansweredMs: () => unansweredMs,
    finalizerAdded: () => undefined,
    finalizerRemoved: () => undefined,
    record: async () => undefined,
    waits: { startOrContinue: () => startOrContinue, end: () => undefined },
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

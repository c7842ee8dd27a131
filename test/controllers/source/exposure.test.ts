import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { Service } from '../../../src/api/objects.ts';
import type { Problem } from '../../../src/core/model/route.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { EPOCH, aService } from '../../support/builders.ts';
import { NOTHING_SERVED, aRoute, aRouteResult } from '../../support/routes.ts';
import { aSite } from '../../support/sources.ts';
import { aWorld } from './a-pass.ts';

const KEY = 'shop/web';
/** Messages that the condition of a live hostname has. */
const MESSAGES: Readonly<Record<string, string>> = {
  Exposed: 'https://a.example.com',
  NoReadyEndpoints:
    'https://a.example.com: visitors get HTTP 502, because Service shop/web has no ready pod. See: kubectl -n shop get endpointslices -l kubernetes.io/service-name=web',
};
/** The problem that a condition had before. */
const AS_BEFORE: Problem = { reason: 'InvalidAnnotation', message: 'as before' };
const TYPO: Problem = { reason: 'InvalidAnnotation', message: 'a typo' };
const UNREAD: Problem = { reason: 'Progressing', message: 'certificates are yet to be read' };
const LIVE = new Map([['a.example.com', KEY]]);
const SERVED: TunnelObservation = { ...NOTHING_SERVED, live: LIVE, served: LIVE };

interface Situation {
  /** Reason in its condition before the pass. */
  readonly before?: string;
  readonly observation?: TunnelObservation;
  readonly problems?: readonly Problem[];
  /** How long the Service has been waiting. */
  readonly waitedMs?: number;
  readonly unansweredMs?: number;
}

describe('Progressing', () => {
  // Invariant 3.
  it('is not reported for certificates that a restarted operator has yet to read', async () => {
    const unread = { before: 'Exposed', observation: SERVED, problems: [UNREAD] };

    expect((await reportsOf(unread)).reports).toEqual([]);
    expect((await reportsOf({ ...unread, waitedMs: 5_000 })).reports).toEqual(['Unknown Progressing']);
  });

  it.each(['InvalidAnnotation', 'NoConnectors'])('is reported at once when %s is solved', async (before) => {
    expect((await reportsOf({ before, observation: NOTHING_SERVED })).reports).toEqual(['Unknown Progressing']);
  });

  it.each<{ case: string; observation: { readonly observation?: TunnelObservation } }>([
    { case: 'that arrives with its Tunnel', observation: {} },
    { case: 'that arrives at a running Tunnel', observation: { observation: NOTHING_SERVED } },
  ])('is reported within a second for a Service $case', async ({ observation }) => {
    expect(await reportsOf(observation)).toEqual({ reports: [], outcome: { recheckAfterMs: 1_000 } });
    expect((await reportsOf({ ...observation, waitedMs: 1_000 })).reports).toEqual(['Unknown Progressing']);
  });

  // Invariant 3.
  it.each(['InvalidAnnotation', 'NoConnectors', 'NoReadyEndpoints', 'Exposed'])(
    'does not replace %s after a restart, before the Tunnel is observed',
    async (before) => {
      expect((await reportsOf({ before, unansweredMs: 0 })).reports).toEqual([]);
    },
  );

  it('is reported in the end if the Tunnel is never observed', async () => {
    expect((await reportsOf({ before: 'InvalidAnnotation', waitedMs: 30_000 })).reports).toEqual([
      'Unknown Progressing',
    ]);
  });

  it('gives way to a mistake at once', async () => {
    expect((await reportsOf({ before: 'Progressing', problems: [TYPO] })).reports).toEqual(['False InvalidAnnotation']);
  });
});

// Invariant 32.
describe('a Service without a ready endpoint', () => {
  it('stays exposed for a moment, and is checked again', async () => {
    expect(await reportsOf({ observation: SERVED, unansweredMs: 1_000 })).toEqual({
      reports: ['True Exposed'],
      outcome: { recheckAfterMs: 5_000 },
    });
  });

  it('is not exposed if that lasts', async () => {
    expect(await reportsOf({ observation: SERVED, unansweredMs: 5_000 })).toEqual({
      reports: ['False NoReadyEndpoints'],
      outcome: {},
    });
  });
});

describe('a source that requests exposure', () => {
  const result = { ...aRouteResult(KEY, { hostnames: ['a.example.com'] }), tunnel: 'shop/home' };

  // Invariant 35.
  it('gets the finalizer before its routes are published, next to those of others', async () => {
    const service = aService(KEY, { hostname: 'a.example.com', tunnel: 'home' });
    const finalizers = ['example.com/other'];
    const world = aWorld({ services: [{ ...service, metadata: { ...service.metadata, finalizers } }], result });

    await world.pass(KEY);

    expect(world.finalizers).toEqual([['example.com/other', 'cftunnel.io/finalizer']]);
    expect(world.signals).toEqual([`added ${KEY}`]);
  });

  it('loses the finalizer when it is refused and nothing of it is published', async () => {
    const service = aService(KEY, { hostname: 'a.example.com', tunnel: 'home', finalized: true });
    const world = aWorld({
      services: [service],
      result,
      publication: { hasRoutes: false, hold: () => ({ kind: 'none' }) },
    });

    await world.pass(KEY);

    expect([world.finalizers, world.signals]).toEqual([[[]], ['removed']]);
  });

  it('has its exposure in the status that its kind has', async () => {
    const source = 'Site/shop/web';
    const live = new Map([['a.example.com', source]]);
    const routes = [aRoute('a.example.com', source, 'http://api.shop.svc:80')];
    const world = aWorld({
      sites: [aSite('shop/web', { host: 'a.example.com', finalized: true })],
      result: { ...result, source, routes },
      observation: { ...NOTHING_SERVED, live, served: live },
      unansweredMs: 5_000,
    });

    await world.pass(source);

    const message = expect.stringContaining('because Service shop/api has no ready pod. See: kubectl -n shop get');
    expect(world.statuses).toEqual([{ exposure: expect.objectContaining({ reason: 'NoReadyEndpoints', message }) }]);
    expect(world.notes).toEqual([{ type: 'Warning', reason: 'NoReadyEndpoints', message }]);
  });

  it('gets an event for each warning when it is exposed, and keeps both in the condition', async () => {
    const warnings = [{ reason: 'RecordShared', message: 'one record for all paths' }] as const;
    const world = aWorld({
      services: [serviceWith('Progressing')],
      result: { ...result, warnings },
      observation: SERVED,
    });

    await world.pass(KEY);

    expect(world.notes).toEqual([{ type: 'Warning', ...warnings[0] }]);
    expect(world.statuses).toMatchObject([
      { conditions: [{ message: `https://a.example.com; ${warnings[0].message}` }] },
    ]);
  });

  it('gets no event when only what is still served has changed', async () => {
    const service = serviceWith('InvalidAnnotation');
    const world = aWorld({ services: [service], result: { ...result, problems: [AS_BEFORE] }, observation: SERVED });

    await world.pass(KEY);

    expect(world.statuses).toMatchObject([{ conditions: [{ message: expect.stringContaining('still served') }] }]);
    expect(world.notes).toEqual([]);
  });

  it('is given time to progress each time', async () => {
    const progressing = { services: [serviceWith(undefined)], result, observation: NOTHING_SERVED };
    const world = aWorld(progressing);
    await world.pass(KEY);
    world.situation = { ...progressing, observation: SERVED };
    await world.pass(KEY);
    world.situation = progressing;
    world.now = 1_000;

    expect(await world.pass(KEY)).toEqual({ recheckAfterMs: 1_000 });
  });

  it('is not written to when nothing has changed', async () => {
    const world = aWorld({ services: [serviceWith('Exposed')], result, observation: SERVED });

    await world.pass(KEY);

    expect([world.statuses, world.finalizers, world.notes]).toEqual([[], [], []]);
  });

  it.each([{ status: 'False' as const }, { reason: 'Other' }])(
    'is written to when only the $0 has changed',
    async (before) => {
      const service = serviceWith('Exposed');
      const conditions = (service.status?.conditions ?? []).map((condition) => ({ ...condition, ...before }));
      const world = aWorld({ services: [{ ...service, status: { conditions } }], result, observation: SERVED });

      expect(await world.pass(KEY)).toEqual({});
      expect(world.statuses).toHaveLength(1);
    },
  );
});

async function reportsOf({ before, observation, problems = [], waitedMs = 0, unansweredMs }: Situation) {
  const result = { ...aRouteResult(KEY, { hostnames: ['a.example.com'], problems }), tunnel: 'shop/home' };
  const world = aWorld({ services: [serviceWith(before)], result, observation, unansweredMs });
  if (waitedMs > 0) {
    await world.pass(KEY);
    world.now = waitedMs;
  }
  const outcome = await world.pass(KEY);
  const conditions = world.statuses.flatMap((status) => (status as { conditions: readonly Condition[] }).conditions);
  return { reports: conditions.map(({ status, reason }) => `${status} ${reason}`), outcome };
}

function serviceWith(reason: string | undefined): Service {
  const service = aService(KEY, { hostname: 'a.example.com', tunnel: 'home', finalized: true });
  if (reason === undefined) return service;
  const status = reason === 'Exposed' ? 'True' : 'False';
  const message = MESSAGES[reason] ?? 'as before';
  const condition = { type: EXPOSED, status, reason, message, lastTransitionTime: EPOCH } as const;
  return { ...service, status: { conditions: [condition] } };
}

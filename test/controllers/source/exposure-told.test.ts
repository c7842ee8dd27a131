/** What the status of a source is told besides its condition, of one Tunnel or of several. */
import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { ExposureContext, Subject } from '../../../src/controllers/source/context.ts';
import { reportExposure } from '../../../src/controllers/source/exposure.ts';
import type { RouteParents } from '../../../src/core/model/route-parent.ts';
import type { RouteResult } from '../../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { Waits } from '../../../src/runtime/waits.ts';
import { EPOCH } from '../../support/builders.ts';
import { NOTHING_SERVED, aRoute, aRouteResult } from '../../support/routes.ts';
import { SITES, aSite } from '../../support/sources.ts';

const KEY = 'Site/shop/web';
const [HOME, FAR] = ['shop/home', 'shop/far'];
const NAMES: Readonly<Record<string, string>> = { [HOME]: 'home.cfargotunnel.com', [FAR]: 'far.cfargotunnel.com' };
const TYPO = { reason: 'InvalidAnnotation', message: 'a typo' } as const;
const UNREAD = { reason: 'Progressing', message: 'certificates are yet to be read' } as const;

function live(hostname: string, source: string): TunnelObservation {
  const names = new Map([[hostname, source]]);
  return { ...NOTHING_SERVED, live: names, served: names };
}

/** What is decided at one Tunnel. */
function at(tunnel: string, parts: Partial<RouteResult> = {}): RouteResult {
  const source = tunnel === HOME ? KEY : `${KEY}@${tunnel}`;
  const routes = [aRoute(`${tunnel.slice(5)}.example.com`, source, `http://${tunnel.slice(5)}.shop.svc:80`)];
  return { ...aRouteResult(source), routes, tunnel, ...parts };
}

interface Facts {
  readonly observations?: Readonly<Record<string, TunnelObservation>>;
  readonly current?: Condition;
  readonly unanswered?: string;
  readonly isOurs?: boolean;
  /** What its status names already. */
  readonly reported?: string;
  readonly isShared?: true;
}

const SERVED = { [HOME]: live('home.example.com', KEY), [FAR]: live('far.example.com', `${KEY}@${FAR}`) };

/** The outcome of a pass, and what it has written. */
async function told(results: readonly RouteResult[], facts: Facts = {}) {
  const { observations = SERVED, current, unanswered, isOurs = true, reported } = facts;
  const written: Record<string, unknown>[] = [];
  const write = (how: string) => async (_: unknown, status: unknown) => void written.push({ [how]: status });
  const ctx: ExposureContext = {
    routing: () => ({
      results: new Map(results.map((one) => [one.source, one])),
      furtherKeys: new Map([[KEY, results.map(({ source }) => source).filter((source) => source !== KEY)]]),
    }),
    observationOf: (tunnel) => observations[tunnel],
    targetOf: (tunnel) => NAMES[tunnel],
    unansweredMs: (service) => (service === unanswered ? 1_000 : undefined),
    waits: new Waits({ now: () => 0 }),
    objects: { applyStatus: write('apply'), replaceStatus: write('replace') },
    record: async () => undefined,
    now: () => EPOCH,
    sources: { conditionOf: () => current, remember: () => undefined, isStatusOurs: () => isOurs },
  };
  const source = {
    ...SITES,
    isReported: (_: unknown, { condition, target }: { condition?: Condition; target?: string }) =>
      condition === undefined && target !== undefined && target === reported,
    statusWith: (_: unknown, { condition, ...exposure }: { condition?: Condition }) => ({
      ...exposure,
      reason: condition?.reason,
    }),
    ...(facts.isShared === true ? { isStatusShared: true } : {}),
  };
  const subject = { key: KEY, source, object: aSite('shop/web'), signal: new AbortController().signal };
  return { outcome: await reportExposure(ctx, subject as unknown as Subject), written };
}

const PARENTS: RouteParents = { generation: 1, parents: [] };
const EXPOSURE = { now: EPOCH, reason: 'Exposed', target: NAMES[HOME] };
const CURRENT: Condition = { type: EXPOSED, status: 'False', reason: 'x', message: 'x', lastTransitionTime: EPOCH };

describe('the status of a source is told', () => {
  it.each<{ case: string; results: readonly RouteResult[]; facts?: Facts; exposure: object }>([
    { case: 'where its routes lead', results: [at(HOME)], exposure: EXPOSURE },
    { case: 'where the first of its Tunnels leads', results: [at(HOME), at(FAR)], exposure: EXPOSURE },
    {
      case: 'where the first Tunnel with a live route leads',
      results: [at(HOME, { routes: [] }), at(FAR)],
      exposure: { ...EXPOSURE, target: NAMES[FAR] },
    },
    {
      case: 'about its Gateways, whichever result has them',
      results: [at(HOME), at(FAR, { parents: PARENTS })],
      exposure: { ...EXPOSURE, parents: PARENTS },
    },
    {
      case: 'that it is refused, if it has routes nowhere',
      results: [at(HOME, { routes: [], problems: [TYPO] }), at(FAR, { routes: [], problems: [TYPO] })],
      exposure: { now: EPOCH, reason: 'InvalidAnnotation', isRefused: true },
    },
    {
      case: 'not that it is refused, if it has a route somewhere',
      results: [at(HOME, { routes: [], problems: [TYPO] }), at(FAR)],
      exposure: { now: EPOCH, reason: 'InvalidAnnotation', target: NAMES[FAR] },
    },
    {
      case: 'not that it is refused, if a problem leaves its routes',
      results: [at(HOME, { problems: [TYPO] })],
      exposure: { ...EXPOSURE, reason: 'InvalidAnnotation' },
    },
    {
      case: 'no name before a route is live',
      results: [at(HOME, { problems: [TYPO] })],
      facts: { observations: { [HOME]: NOTHING_SERVED } },
      exposure: { now: EPOCH, reason: 'InvalidAnnotation' },
    },
    {
      case: 'the name that it has told before',
      results: [at(HOME, { problems: [TYPO] })],
      facts: { observations: { [HOME]: NOTHING_SERVED }, reported: NAMES[HOME] ?? '' },
      exposure: { now: EPOCH, reason: 'InvalidAnnotation', target: NAMES[HOME] },
    },
    {
      case: 'no name in a status that is not ours',
      results: [at(HOME)],
      facts: { isOurs: false },
      exposure: { now: EPOCH, reason: 'Exposed' },
    },
  ])('$case', async ({ results, facts, exposure }) => {
    expect((await told(results, { current: CURRENT, ...facts })).written).toStrictEqual([{ apply: exposure }]);
  });

  it('in one write under a lock, if it is shared', async () => {
    expect(await told([at(HOME)], { isShared: true })).toStrictEqual({ outcome: {}, written: [{ replace: EXPOSURE }] });
  });
});

describe('a source is looked at again', () => {
  it('as late as the slowest of its Tunnels needs', async () => {
    const results = [at(HOME, { problems: [UNREAD] }), at(FAR)];
    const observations = { [HOME]: SERVED[HOME] ?? NOTHING_SERVED };

    expect(await told(results, { current: CURRENT, observations })).toStrictEqual({
      outcome: { recheckAfterMs: 30_000 },
      written: [],
    });
  });

  it('while one of its Services has no ready pod', async () => {
    expect((await told([at(HOME), at(FAR)], { unanswered: 'shop/far' })).outcome).toStrictEqual({
      recheckAfterMs: 5_000,
    });
  });

  it('never if nothing is decided about it', async () => {
    expect(await told([])).toStrictEqual({ outcome: {}, written: [] });
  });
});

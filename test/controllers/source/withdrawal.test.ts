import { describe, expect, it } from '@jest/globals';
import { EXPOSED } from '../../../src/api/conditions.ts';
import type { Service } from '../../../src/api/objects.ts';
import type { Hold } from '../../../src/core/published-routes/hold.ts';
import { EPOCH, aService } from '../../support/builders.ts';
import { aRouteResult } from '../../support/routes.ts';
import { type Situation, aWorld } from './a-pass.ts';

const FIVE_MINUTES = 300_000;
const UNCERTAIN: Hold = { kind: 'uncertain', tunnels: ['net/home'] };
const WEB = withCondition(aService('shop/web', { finalized: true }));
const DELETING = withCondition(aService('shop/web', { finalized: true, deleting: true }));

describe('a Service that requests nothing any more', () => {
  it('loses the condition and the finalizer when nothing of it is published', async () => {
    const world = withdrawing(WEB, { kind: 'none' });

    expect(await world.pass('shop/web')).toEqual({});

    expect(world.statuses).toEqual([{}]);
    expect(world.finalizers).toEqual([[]]);
    expect(world.signals).toEqual(['removed']);
  });

  // Invariant 10.
  it('keeps both for as long as a rule of it is published', async () => {
    const world = withdrawing(WEB, { kind: 'held' });

    await world.pass('shop/web');
    world.now = 10 * FIVE_MINUTES;

    expect(await world.pass('shop/web')).toEqual({ recheckAfterMs: 5_000 });
    expect([world.statuses, world.finalizers]).toEqual([[], []]);
  });

  it('loses the finalizer in the version that its status was written to', async () => {
    const newer = { ...WEB, metadata: { ...WEB.metadata, resourceVersion: '2' } };
    const world = withdrawing(WEB, { kind: 'none' });
    world.situation = { ...world.situation, afterStatus: withdrawing(newer, { kind: 'none' }).situation };

    await world.pass('shop/web');

    expect(world.versions).toEqual(['2']);
  });

  it('is reported as new when it requests exposure again', async () => {
    const requesting = aService('shop/web', { hostname: 'a.example.com', finalized: true });
    const result = aRouteResult('shop/web', { hostnames: ['a.example.com'] });
    const world = aWorld({ services: [requesting], result });
    await world.pass('shop/web');
    world.situation = withdrawing(aService('shop/web'), { kind: 'none' }).situation;
    await world.pass('shop/web');
    world.situation = { services: [requesting], result };
    world.now = 1_000;

    expect(await world.pass('shop/web')).toEqual({ recheckAfterMs: 1_000 });
  });

  it('is not written to if it has neither', async () => {
    const world = withdrawing(aService('shop/web'), { kind: 'none' });

    await world.pass('shop/web');

    expect([world.statuses, world.finalizers]).toEqual([[], []]);
  });
});

describe('a Service that is being deleted', () => {
  it('gets no status that nobody would read', async () => {
    const world = withdrawing(DELETING, { kind: 'none' });

    await world.pass('shop/web');

    expect([world.statuses, world.finalizers]).toEqual([[], [[]]]);
  });

  it('loses its condition if a finalizer of somebody else keeps it', async () => {
    const finalizers = [...(DELETING.metadata.finalizers ?? []), 'example.com/other'];
    const world = withdrawing({ ...DELETING, metadata: { ...DELETING.metadata, finalizers } }, { kind: 'none' });

    await world.pass('shop/web');

    expect([world.statuses, world.finalizers]).toEqual([[{}], [['example.com/other']]]);
  });

  // Invariant 18.
  it('waits five minutes for a Tunnel whose rules are lost, and then reports what may remain', async () => {
    const world = withdrawing(DELETING, UNCERTAIN);

    await world.pass('shop/web');
    world.now = FIVE_MINUTES - 1;
    await world.pass('shop/web');
    expect(world.finalizers).toEqual([]);
    world.now = FIVE_MINUTES;
    await world.pass('shop/web');

    expect(world.finalizers).toEqual([[]]);
    expect(world.notes).toEqual([
      { type: 'Warning', reason: 'LeftBehind', message: expect.stringContaining('of Tunnel net/home is gone') },
    ]);
  });

  it('waits by itself, however long others have waited', async () => {
    const other = aService('shop/other', { finalized: true, deleting: true });
    const publication = { hasRoutes: false, hold: () => UNCERTAIN };
    const world = aWorld({ services: [DELETING, other], publication });
    await world.pass('shop/other');
    world.now = FIVE_MINUTES;

    await world.pass('shop/web');

    expect(world.finalizers).toEqual([]);
  });

  it('waits as long as the one of its name that was released after that time', async () => {
    const world = withdrawing(DELETING, UNCERTAIN);
    await world.pass('shop/web');
    world.now = FIVE_MINUTES;
    await world.pass('shop/web');

    await world.pass('shop/web');

    expect(world.finalizers).toEqual([[]]);
  });

  it.each<{ case: string; between: Situation }>([
    { case: 'the rules were known in between', between: withdrawing(DELETING, { kind: 'held' }).situation },
    { case: 'another Service of its name was there before', between: { services: [] } },
    { case: 'it was released before', between: withdrawing(DELETING, { kind: 'none' }).situation },
    {
      case: 'it requested exposure in between',
      between: { services: [aService('shop/web', { hostname: 'a.example.com', finalized: true })] },
    },
  ])('waits anew when $case', async ({ between }) => {
    const world = withdrawing(DELETING, UNCERTAIN);
    await world.pass('shop/web');
    const { situation } = world;
    world.situation = between;
    await world.pass('shop/web');
    world.finalizers = [];
    world.situation = situation;
    world.now = FIVE_MINUTES;

    await world.pass('shop/web');

    expect(world.finalizers).toEqual([]);
  });
});

function withdrawing(service: Service, hold: Hold) {
  return aWorld({ services: [service], publication: { hasRoutes: false, hold: () => hold } });
}

function withCondition(service: Service): Service {
  const condition = {
    type: EXPOSED,
    status: 'True',
    reason: 'Exposed',
    message: '',
    lastTransitionTime: EPOCH,
  } as const;
  return { ...service, status: { conditions: [condition] } };
}

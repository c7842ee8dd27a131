import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import { type RoutingContext, reconcileRouting } from '../../../src/controllers/routing/reconcile.ts';
import type { RoutingTable } from '../../../src/core/routing/table.ts';
import { Progress } from '../../../src/runtime/progress.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { requestsOf } from '../../support/requests.ts';
import { NO_GRANTS } from '../../support/grants.ts';

const TUNNELS = [aTunnel('shop/home', { isDefault: true })];

describe('the routing table', () => {
  it('is published at once when no Service waits for its finalizer', async () => {
    const world = aWorld([web({ finalized: true })]);

    expect(await reconcileRouting(world.ctx)).toEqual({});

    expect(world.tables).toHaveLength(1);
    expect(world.woken).toEqual(['shop/home']);
  });

  it('is published at first although finalizers are missing: nothing is known before it', async () => {
    const world = aWorld([web({ finalized: false })]);
    world.waiting = 1;

    expect(await reconcileRouting(world.ctx)).toEqual({});

    expect([world.tables.length, world.expected]).toEqual([1, ['shop/web']]);
  });

  it('wakes what it changes: Tunnels, sources, and CA pools that are new', async () => {
    const world = aWorld([web({ finalized: true, caPool: 'ca' })]);
    await reconcileRouting(world.ctx);

    expect([world.wokenSources, world.wokenCaPools]).toEqual([['shop/web'], ['shop/ca']]);

    world.wokenSoon = [];
    world.services.push(aService('shop/api', { hostname: 'invalid', tunnel: 'home' }));
    await reconcileRouting(world.ctx);

    expect(world.wokenSoon).toEqual(['shop/home']);
    expect(world.woken).toEqual([]);
    expect([world.wokenSources, world.wokenCaPools]).toEqual([['shop/web', 'shop/api'], ['shop/ca']]);
  });

  it('is not rebuilt while finalizers are still being added', async () => {
    const world = aWorld([web({ finalized: true })]);
    await reconcileRouting(world.ctx);
    world.built = 0;
    world.waiting = 2;

    expect(await reconcileRouting(world.ctx)).toEqual({ recheckAfterMs: 300 });

    expect(world.built).toBe(0);
  });

  it('waits for the finalizers that are missing', async () => {
    const world = aWorld([web({ finalized: true })]);
    await reconcileRouting(world.ctx);
    world.services.push(web({ finalized: false, name: 'shop/late' }));

    expect(await reconcileRouting(world.ctx)).toEqual({ recheckAfterMs: 300 });

    expect(world.tables).toHaveLength(1);
    expect(world.expected).toEqual(['shop/late']);
  });

  it('is published without a Service whose finalizer does not arrive', async () => {
    const world = aWorld([web({ finalized: true })]);
    await reconcileRouting(world.ctx);
    world.services.push(web({ finalized: false, name: 'shop/late' }));
    await reconcileRouting(world.ctx);
    world.waiting = 1;
    world.now += 1_000;

    expect(await reconcileRouting(world.ctx)).toEqual({});

    expect(world.tables).toHaveLength(2);
    expect(world.tables[1]?.published.get('shop/home')?.map(({ source }) => source)).toEqual(['shop/web']);
  });
});

interface WebTraits {
  readonly finalized: boolean;
  readonly name?: string;
  readonly caPool?: string;
}

function web({ finalized, name = 'shop/web', caPool }: WebTraits) {
  const annotations = caPool === undefined ? {} : { 'cftunnel.io/origin-ca-pool': caPool };
  return aService(name, { hostname: `${name.slice(5)}.example.com`, finalized, annotations });
}

/** A world in which `waiting` Services lack their finalizer, at the time `now`. */
function aWorld(services: Service[]) {
  const world = {
    services,
    waiting: 0,
    built: 0,
    now: 0,
    tables: [] as RoutingTable[],
    woken: [] as string[],
    wokenSoon: [] as string[],
    wokenSources: [] as string[],
    wokenCaPools: [] as string[],
    expected: [] as string[],
  };
  const ctx: RoutingContext = {
    tunnels: { list: () => TUNNELS },
    namespaces: { list: () => [] },
    nodes: () => undefined,
    unread: () => [],
    sources: {
      requests: () => {
        world.built += 1;
        return requestsOf(world.services);
      },
    },
    lastGood: () => undefined,
    caPool: () => undefined,
    related: NO_GRANTS,
    finalizerProgress: new Progress(60_000, { now: () => world.now }),
    finalizersPending: () => world.waiting,
    announceFinalizers: (withoutFinalizer) => world.expected.push(...withoutFinalizer),
    current: () => world.tables.at(-1),
    publish: (table) => world.tables.push(table),
    wakeTunnels: (tunnels) => world.woken.push(...tunnels),
    wakeTunnelsSoon: (tunnels) => world.wokenSoon.push(...tunnels),
    wakeSources: (sources) => world.wokenSources.push(...sources),
    wakeCaPools: (references) => world.wokenCaPools.push(...references),
  };
  return Object.assign(world, { ctx });
}

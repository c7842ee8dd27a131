import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import { type RoutingContext, reconcileRouting } from '../../../src/controllers/routing/reconcile.ts';
import { parseRouteRequest } from '../../../src/core/sources/service/parse.ts';
import type { RoutingTable } from '../../../src/core/routing/table.ts';
import { Progress } from '../../../src/runtime/progress.ts';
import { PARSERS } from '../../../src/wiring/state.ts';
import { aService, aTunnel } from '../../support/builders.ts';

const TUNNELS = [aTunnel('shop/home', { isDefault: true })];

describe('the routing table', () => {
  it('is published at once when no Service waits for its finalizer', async () => {
    const world = aWorld([web({ finalized: true })]);

    expect(await reconcileRouting(world.ctx)).toEqual({});

    expect(world.tables).toHaveLength(1);
    expect(world.woken).toEqual(['shop/home']);
  });

  it('is not made anew while finalizers are still being put on', async () => {
    const world = aWorld([web({ finalized: true })]);
    await reconcileRouting(world.ctx);
    world.parsed = 0;
    world.waiting = 2;

    expect(await reconcileRouting(world.ctx)).toEqual({ recheckAfterMs: 300 });

    expect(world.parsed).toBe(0);
  });

  it('waits for the finalizers that it has just asked for', async () => {
    const world = aWorld([web({ finalized: true })]);
    await reconcileRouting(world.ctx);
    world.services.push(web({ finalized: false, name: 'shop/late' }));

    expect(await reconcileRouting(world.ctx)).toEqual({ recheckAfterMs: 300 });

    expect(world.tables).toHaveLength(1);
    expect(world.asked).toEqual(['shop/late']);
  });

  it('is published without a Service whose finalizer does not come', async () => {
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

function web({ finalized, name = 'shop/web' }: { readonly finalized: boolean; readonly name?: `${string}/${string}` }) {
  return aService(name, { hostname: `${name.slice(5)}.example.com`, finalized });
}

/** A world in which `waiting` Services lack their finalizer, at the time `now`. */
function aWorld(services: Service[]) {
  const world = {
    services,
    waiting: 0,
    parsed: 0,
    now: 0,
    tables: [] as RoutingTable[],
    woken: [] as string[],
    asked: [] as string[],
  };
  const ctx: RoutingContext = {
    tunnels: { list: () => TUNNELS },
    services: { list: () => world.services },
    namespaces: { list: () => [] },
    parse: (service) => {
      world.parsed += 1;
      return parseRouteRequest(service, PARSERS);
    },
    lastGood: () => undefined,
    caPool: () => undefined,
    guarding: new Progress(60_000, { now: () => world.now }),
    finalizersPending: () => world.waiting,
    announceFinalizers: (withoutFinalizer) => world.asked.push(...withoutFinalizer),
    current: () => world.tables.at(-1),
    publish: (table) => world.tables.push(table),
    wakeTunnels: (tunnels) => world.woken.push(...tunnels),
    wakeTunnelsSoon: () => undefined,
    wakeServices: () => undefined,
    wakeCaPools: () => undefined,
  };
  return Object.assign(world, { ctx });
}

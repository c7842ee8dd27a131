/** Whole worlds for the routing table, small enough that Services often request the same. */
import fc from 'fast-check';
import type { Namespace, ObjectKey, Service, Tunnel } from '../../../src/api/objects.ts';
import type { RoutingInput } from '../../../src/core/routing/table.ts';
import type { LastGood } from '../../../src/core/published-routes/by-tunnel.ts';
import { anyHostname, shuffled } from '../../support/arbitraries.ts';
import { type ServiceTraits, aNamespace, aService, aTunnel } from '../../support/builders.ts';
import { requestsOf } from '../../support/requests.ts';
import { aRoute } from '../../support/routes.ts';
import { NO_GRANTS } from '../../support/grants.ts';

/** A world as data; `routingInput` turns it into what the table is built from. */
export interface World {
  readonly tunnels: readonly Tunnel[];
  readonly services: readonly Service[];
  readonly namespaces: readonly Namespace[];
  readonly lastGood: ReadonlyMap<ObjectKey, LastGood>;
}

export function aWorld(parts: Partial<World>): World {
  return { tunnels: [], services: [], namespaces: [], lastGood: new Map(), ...parts };
}

export function routingInput({ lastGood, services, ...observed }: World): RoutingInput {
  return {
    ...observed,
    requests: requestsOf(services),
    lastGood: (source) => lastGood.get(source),
    caPool: () => undefined,
    related: NO_GRANTS,
  };
}

const NAMESPACES = [aNamespace('shop', { team: 'shop' }), aNamespace('blog'), aNamespace('infra')];
const KEYS = ['shop/a', 'shop/b', 'blog/a', 'blog/b', 'infra/a', 'infra/b'] as const;

/** A world in which nothing was published before. */
export function anyWorld(): fc.Arbitrary<World> {
  return fc
    .record({ tunnels: anyTunnels(), services: anyServices() })
    .map((parts) => aWorld({ ...parts, namespaces: NAMESPACES }));
}

/** A world in which Services were published before, not always as they request today. */
export function anyWorldWithPast(): fc.Arbitrary<World> {
  const past = fc
    .tuple(fc.constantFrom('shop/home', 'infra/edge'), fc.uniqueArray(anyHostname(), { minLength: 1, maxLength: 2 }))
    .map(([tunnel, hostnames]) => ({ tunnel, hostnames }));
  const pasts = fc.dictionary(fc.constantFrom(...KEYS), past);
  return fc.tuple(anyWorld(), pasts).map(([world, known]) => ({
    ...world,
    lastGood: new Map(
      Object.entries(known).map(([key, { tunnel, hostnames }]) => [
        key,
        { tunnel, routes: hostnames.map((hostname) => aRoute(hostname, key, 'http://was.before.svc:80')) },
      ]),
    ),
  }));
}

/** A world, and the same world listed in another order. */
export function inAnyOrder(worlds: fc.Arbitrary<World>): fc.Arbitrary<readonly [World, World]> {
  return worlds.chain((world) =>
    fc
      .tuple(shuffled(fc.constant([...world.tunnels])), shuffled(fc.constant([...world.services])))
      .map(([[, tunnels], [, services]]) => [world, { ...world, tunnels, services }] as const),
  );
}

function anyTunnels(): fc.Arbitrary<Tunnel[]> {
  const namespaces = fc.constantFrom<NonNullable<Tunnel['spec']['allowedRoutes']>['namespaces'] & object>(
    { from: 'Same' },
    { from: 'All' },
    { from: 'Selector', selector: { matchLabels: { team: 'shop' } } },
  );
  const tunnel = (key: ObjectKey): fc.Arbitrary<Tunnel> =>
    fc
      .record({ namespaces, isDefault: fc.boolean(), deleting: fc.boolean() })
      .map(({ namespaces: admitted, ...traits }) =>
        aTunnel(key, { ...traits, spec: { domain: 'example.com', allowedRoutes: { namespaces: admitted } } }),
      );
  return fc.tuple(tunnel('shop/home'), tunnel('infra/edge')).map((pair) => [...pair]);
}

function anyServices(): fc.Arbitrary<Service[]> {
  const requests = fc.record<ServiceTraits>(
    {
      hostname: fc
        .array(fc.oneof(anyHostname(), fc.constant('not a name')), { maxLength: 3 })
        .map((all) => all.join(',')),
      tunnel: fc.constantFrom('shop/home', 'infra/edge', 'infra/lost', '//'),
      port: fc.constantFrom('80', 'lost'),
      createdAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
      finalized: fc.boolean(),
      deleting: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const named = fc.tuple(fc.constantFrom(...KEYS), requests);
  return fc
    .uniqueArray(named, { selector: ([key]) => key })
    .map((list) => list.map(([key, traits]) => aService(key, traits)));
}

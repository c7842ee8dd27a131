import { describe, expect, it } from '@jest/globals';
import type { CaPool } from '../../../src/core/ca-pool/pool.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import { type ServiceTraits, aService, aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';
import { type World, aWorld, routingInput } from './worlds.ts';

const HOME = aTunnel('shop/home');
const FOUND = { pem: 'PEM', fingerprint: 'f1' };
const ORIGIN = 'https://web.shop.svc:443';
const BEFORE = { ...aRoute('a.example.com', 'shop/web', ORIGIN), caPool: { name: 'ca', fingerprint: 'f0' } };

function aSecureService(traits: ServiceTraits = {}) {
  return aService('shop/web', {
    hostname: 'a.example.com',
    tunnel: 'home',
    finalized: true,
    ports: [{ port: 443 }],
    annotations: { 'cftunnel.io/origin-ca-pool': 'ca' },
    ...traits,
  });
}

function tableOf(pool: CaPool | undefined, parts: Partial<World> = {}) {
  const world = aWorld({ tunnels: [HOME], services: [aSecureService()], ...parts });
  return buildRoutingTable({ ...routingInput(world), caPool: () => pool });
}

describe('a Service that names certificates', () => {
  it('has a route with their fingerprint once they are found', () => {
    const table = tableOf(FOUND);

    expect(table.published.get('shop/home')).toEqual([{ ...BEFORE, caPool: { name: 'ca', fingerprint: 'f1' } }]);
    expect([...table.caPools]).toEqual(['shop/ca']);
  });

  it('waits without a route until they have been read', () => {
    const table = tableOf(undefined);

    expect(table.published.get('shop/home') ?? []).toEqual([]);
    expect([...table.caPools]).toEqual(['shop/ca']);
    expect(table.results.get('shop/web')?.problems).toMatchObject([{ reason: 'Progressing' }]);
  });

  it.each([{ pool: undefined }, { pool: { problem: 'gone' } }])(
    'keeps its last good route while they are %j',
    ({ pool }) => {
      const table = tableOf(pool, { lastGood: new Map([['shop/web', { tunnel: 'shop/home', routes: [BEFORE] }]]) });

      expect(table.published.get('shop/home')).toEqual([BEFORE]);
      expect(table.results.get('shop/web')?.problems).toHaveLength(1);
    },
  );

  it('does not keep what another Tunnel published', () => {
    const table = tableOf(undefined, { lastGood: new Map([['shop/web', { tunnel: 'shop/other', routes: [BEFORE] }]]) });

    expect(table.published.get('shop/home') ?? []).toEqual([]);
  });

  it('no longer refers to them when it is being deleted', () => {
    expect([...tableOf(FOUND, { services: [aSecureService({ deleting: true })] }).caPools]).toEqual([]);
  });
});

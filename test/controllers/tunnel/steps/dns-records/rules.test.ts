import { expect, it } from '@jest/globals';
import { lookUpRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/observe.ts';
import { handedOver } from '../../../../../src/controllers/tunnel/steps/dns-records/rules.ts';
import type { Route } from '../../../../../src/core/model/route.ts';
import { type TunnelTraits, aTunnel } from '../../../../support/builders.ts';
import { RecordsWorld, type RecordsTraits, ours } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const DISABLED = { dns: { mode: 'Disabled' } } as const;

// Invariant 7.
it.each<{ case: string; claims?: RecordsTraits['claims']; heir?: Heir; isLeft: boolean }>([
  { case: 'nobody claims', claims: {}, isLeft: false },
  { case: 'this Tunnel claims', claims: { [APP.hostname]: 'shop/home' }, isLeft: false },
  { case: 'another Tunnel claims', heir: { routes: [APP] }, isLeft: true },
  { case: 'a Tunnel claims that is not known yet', isLeft: true },
  { case: 'a Tunnel claims whose route is not known yet', heir: { spec: DISABLED, routes: [] }, isLeft: true },
  { case: 'a Tunnel claims that keeps no records', heir: { spec: DISABLED, routes: [APP] }, isLeft: false },
  {
    case: 'a Tunnel claims that keeps no records but this one',
    heir: { spec: DISABLED, routes: [aRoute('api.example.com'), { ...APP, dns: 'managed' }] },
    isLeft: true,
  },
])('a record whose name $case is left to it: $isLeft', async ({ claims = CLAIMED, heir, isLeft }) => {
  const world = aWorld(claims, heir);

  expect(await namesHandedOver(world)).toEqual(isLeft ? [APP.hostname] : []);
  expect((await world.sync()).hasRetired).toBe(!isLeft);
});

it.each([true, false])(
  'a record is left to another Tunnel for a minute if the Tunnel is being deleted: %s',
  async (deleting) => {
    const world = aWorld(CLAIMED, { routes: [APP] }, { deleting });

    expect(await namesHandedOver(world)).toEqual([APP.hostname]);
    world.clock.nowMs = 60_000;
    expect(await namesHandedOver(world)).toEqual(deleting ? [] : [APP.hostname]);
  },
);

const CLAIMED = { [APP.hostname]: 'shop/heir' };

interface Heir extends TunnelTraits {
  readonly routes: readonly Route[];
}

/** The Tunnel has a record that nothing of its own asks for. */
function aWorld(claims: NonNullable<RecordsTraits['claims']>, heir?: Heir, traits: TunnelTraits = {}): RecordsWorld {
  const others = heir === undefined ? [] : [{ tunnel: aTunnel('shop/heir', heir), published: heir.routes }];
  const tunnel = aTunnel('shop/home', { status: { config: { hash: 'abc' } }, ...traits });
  return new RecordsWorld({ tunnel, claims, others, published: [APP], records: [ours(APP.hostname)] });
}

async function namesHandedOver(world: RecordsWorld): Promise<readonly string[]> {
  const view = await lookUpRecords(world.port, world.pass(), world.cloudflare);
  return view === undefined ? [] : handedOver(world.port, world.pass(), view);
}

import { expect, it } from '@jest/globals';
import type { TunnelReason } from '../../../../../src/api/conditions.ts';
import { lookUpRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/observe.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aZone } from '../../../../support/dns.ts';
import { type RecordsTraits, RecordsWorld } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const PUBLISHED = { config: { hash: 'abc' } };

it.each<{ case: string; traits?: RecordsTraits; mode?: 'Disabled'; isLookedUp: boolean }>([
  { case: 'keeps its records', isLookedUp: true },
  { case: 'keeps none', traits: { wanted: [APP] }, mode: 'Disabled', isLookedUp: false },
  { case: 'keeps none any more', traits: { published: [APP] }, mode: 'Disabled', isLookedUp: true },
  { case: 'keeps one', traits: { wanted: [{ ...APP, dns: 'managed' }] }, mode: 'Disabled', isLookedUp: true },
])('records of a Tunnel that $case are looked up: $isLookedUp', async ({ traits = {}, mode, isLookedUp }) => {
  const tunnel = aTunnel('shop/home', { spec: { dns: { ...(mode && { mode }) } }, status: PUBLISHED });
  const world = new RecordsWorld({ ...traits, tunnel });

  expect((await lookUpRecords(world.port, world.pass(), world.cloudflare)) !== undefined).toBe(isLookedUp);
});

// The nested zone was taken off the list, and holds the wanted hostname, too.
it.each<{ zone: string; reason: TunnelReason; read: readonly string[]; isFailure: boolean }>([
  { zone: 'eu.example.com', reason: 'PermissionMissing', read: ['example.com', 'eu.example.com'], isFailure: false },
  { zone: 'eu.example.com', reason: 'CloudflareUnavailable', read: ['example.com'], isFailure: true },
  { zone: 'example.com', reason: 'PermissionMissing', read: ['eu.example.com'], isFailure: true },
])(
  'a zone $zone that cannot be read is a failure: $isFailure, for $reason',
  async ({ zone, reason, read, isFailure }) => {
    const names = [aRoute('a.eu.example.com')];
    const zones = [aZone('example.com'), aZone('eu.example.com')];
    const tunnel = aTunnel('shop/home', { spec: { dns: { zones: ['example.com'] } }, status: PUBLISHED });
    const world = new RecordsWorld({ tunnel, zones, wanted: names, published: names });
    const pass = world.pass();
    world.failure = { zone, error: new OperatorError(reason, 'wait', 'no') };

    const view = await lookUpRecords(world.port, pass, world.cloudflare);

    expect([...(view?.records ?? [])].map(([{ name }, records]) => [name, records])).toEqual(
      read.map((name) => [name, []]),
    );
    expect(pass.stages.failures.map((failure) => failure.reason)).toEqual(isFailure ? [reason] : []);
    expect(pass.stages.reports.has('DNSReady')).toBe(isFailure);
  },
);

import { describe, expect, it } from '@jest/globals';
import { attemptIn, lookUpRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/observe.ts';
import { type SyncedRecords, syncRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/sync.ts';
import type { Serving } from '../../../../../src/controllers/tunnel/steps/dns-records/write-zone.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aRecord, aZone } from '../../../../support/dns.ts';
import { MARK, RecordsWorld, TARGET } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const OLD = aRoute('old.example.com');
const RULES = new Set(['app.example.com', 'old.example.com', 'api.example.com']);
const PUBLISHED = { config: { hash: 'abc' } };

describe('records', () => {
  it('are created for served hostnames and deleted for hostnames that nothing asks for', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP, OLD], records: [ours('old.example.com')] });

    const synced = await sync(world);

    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    expect([...synced.inPlace]).toEqual(['app.example.com']);
    expect(synced).toMatchObject({ hasRetired: true, isComplete: true, isPending: false, moved: [], kept: [] });
  });

  it('are reported on the Service that they are of, and count as repaired if they were there before', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP] });

    await sync(world);

    expect(world.log).toEqual(['Service: The DNS record app.example.com was created in zone example.com', 'repaired']);
  });

  it('are left as they are when they are as wanted', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP], records: [ours('app.example.com')] });

    expect(await sync(world)).toMatchObject({ hasRetired: false });
    expect(world.log).toEqual([]);
  });

  it('that point to another tunnel of ours are moved, and named so that the former holder is woken', async () => {
    const moved = { ...ours('app.example.com'), content: 'other.cfargotunnel.com' };

    expect((await sync(new RecordsWorld({ wanted: [APP], records: [moved] }))).moved).toEqual(['app.example.com']);
  });

  it('wait for connectors that do not serve their hostname yet', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP] });

    const synced = await sync(world, { isServed: () => false });

    expect(synced).toMatchObject({ isPending: true, inPlace: new Set() });
    expect(world.contents()).toEqual({});
  });

  it('are not made for a hostname without a rule', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP] });

    expect((await sync(world, { hasRule: () => false })).inPlace.size).toBe(0);
    expect(world.contents()).toEqual({});
  });

  it('of others are never touched, and the hostname is refused', async () => {
    const foreign = aRecord('app.example.com', { content: '192.0.2.1', type: 'A' });
    const world = new RecordsWorld({ wanted: [APP], records: [foreign] });

    expect([...(await sync(world)).refused.values()].map(({ reason }) => reason)).toEqual(['RecordConflict']);
    expect(world.contents()).toEqual({ 'app.example.com': '192.0.2.1' });
  });

  it('have no zone when none holds the hostname', async () => {
    const synced = await sync(new RecordsWorld({ wanted: [APP], zones: [aZone('example.org')] }));

    expect([...synced.refused.values()].map(({ reason }) => reason)).toEqual(['ZoneNotFound']);
  });

  it('in a zone that does not answer are made, and the hostname is told why it does not', async () => {
    const paused = aZone('example.com', { inactive: { state: 'is paused', remedy: 'Enable it' } });
    const world = new RecordsWorld({ wanted: [APP], zones: [paused] });

    const synced = await sync(world);

    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    expect(synced.inPlace.size).toBe(0);
    expect([...synced.refused.values()].map(({ reason }) => reason)).toEqual(['ZoneInactive']);
  });

  it('that UpsertOnly keeps are named', async () => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { mode: 'UpsertOnly' } }, status: PUBLISHED });
    const world = new RecordsWorld({
      tunnel,
      wanted: [APP],
      published: [APP, OLD],
      records: [ours('old.example.com')],
    });

    expect((await sync(world)).kept).toEqual(['old.example.com']);
    expect(Object.keys(world.contents())).toContain('old.example.com');
  });

  it('that are not proxied are warned about', async () => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { proxied: false } }, status: PUBLISHED });

    const { warnings } = await sync(new RecordsWorld({ tunnel, wanted: [APP] }));

    expect(warnings.get(APP.hostname)?.map(({ reason }) => reason)).toEqual(['Unproxied']);
  });
});

describe('a zone that fails', () => {
  const zones = [aZone('example.com'), aZone('example.org')];
  const wanted = [APP, aRoute('app.example.org')];

  it.each([
    { reason: 'PermissionMissing', isForbidden: true },
    { reason: 'CloudflareUnavailable', isForbidden: false },
  ] as const)('for $reason holds up no other, and leaves its hostnames unknown', async ({ reason, isForbidden }) => {
    const world = new RecordsWorld({ wanted, zones });
    const view = await lookUpRecords(world.port, world.pass(), world.cloudflare);
    world.failure = { zone: 'example.com', error: new OperatorError(reason, 'wait', 'no') };

    const pass = world.pass();
    const job = {
      port: world.port,
      pass,
      cloudflare: failingSoftly(world),
      serving: SERVING,
      attempt: attemptIn(pass),
    };
    const synced = view && (await syncRecords(job, view));

    expect(synced).toMatchObject({ isComplete: false, isForbidden });
    expect(world.contents()).toEqual({ 'app.example.org': TARGET });
    expect(pass.stages.failures.map((failure) => failure.reason)).toEqual([reason]);
  });
});

describe('many deletions whose Services nobody saw go', () => {
  const names = Array.from({ length: 12 }, (_, index) => `old-${index}.example.com`);
  const lost = names.map((name, index) => aRoute(name, `shop/lost-${index}`));
  const traits = { published: lost, records: names.map(ours), lostSources: lost.map(({ source }) => source) };

  it('wait for a person to confirm them', async () => {
    const world = new RecordsWorld(traits);

    const { refusedDeletes } = await sync(world);

    expect(refusedDeletes?.names.size).toBe(12);
    expect(Object.keys(world.contents())).toHaveLength(12);
  });

  it('are made when their Services are still there and no longer ask for them', async () => {
    const world = new RecordsWorld({ ...traits, lostSources: [] });

    expect((await sync(world)).refusedDeletes).toBeUndefined();
    expect(world.contents()).toEqual({});
  });

  it('are made when the Tunnel is being deleted', async () => {
    const tunnel = aTunnel('shop/home', { status: PUBLISHED, deleting: true });
    const world = new RecordsWorld({ ...traits, tunnel });

    expect((await sync(world)).refusedDeletes).toBeUndefined();
  });
});

const SERVING: Serving = {
  tunnelId: 't',
  hasRule: (name) => RULES.has(name) || name.endsWith('.org'),
  isServed: () => true,
  isRolling: false,
  sourcesOf: () => [],
};

async function sync(world: RecordsWorld, serving: Partial<Serving> = {}): Promise<SyncedRecords> {
  const pass = world.pass();
  const { port, cloudflare } = world;
  const view = await lookUpRecords(port, pass, cloudflare);
  if (view === undefined) throw new Error('no record was looked up');
  return syncRecords({ port, pass, cloudflare, serving: { ...SERVING, ...serving }, attempt: attemptIn(pass) }, view);
}

/** As the adapter does: a failure is part of the result of a write. */
function failingSoftly(world: RecordsWorld) {
  const { cloudflare } = world;
  const writeRecords: typeof cloudflare.writeRecords = (...args) =>
    cloudflare
      .writeRecords(...args)
      .catch((failure: unknown) => ({ done: [], refused: [], waiting: args[1], failure }));
  return { ...cloudflare, writeRecords };
}

function ours(name: string) {
  return aRecord(name, { content: TARGET, comment: MARK });
}

import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { CONFIRM_DELETE_ANNOTATION } from '../../../../../src/api/names.ts';
import { type TunnelTraits, aTunnel } from '../../../../support/builders.ts';
import { aRecord, aZone } from '../../../../support/dns.ts';
import { type RecordsTraits, RecordsWorld, TARGET, ours } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const OLD = aRoute('old.example.com');
const PUBLISHED = { config: { hash: 'abc' } };

describe('records', () => {
  it('are created for served hostnames and deleted for hostnames that nothing asks for', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP, OLD], records: [ours('old.example.com')] });

    const synced = await world.sync();

    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    expect([...synced.inPlace]).toEqual(['app.example.com']);
    expect(synced).toMatchObject({ hasRetired: true, isComplete: true, isPending: false, moved: [], kept: [] });
    expect(synced.warnings.size).toBe(0);
  });

  it('are reported on their Service, or on the Tunnel, and count as repaired if they were there before', async () => {
    const moved = aRoute('moved.example.com');
    const unknown = [1, 2].map((index) => aRoute(`api-${index}.example.com`, `shop/gone-${index}`));
    const world = new RecordsWorld({
      wanted: [APP, ...unknown, moved],
      published: [APP, ...unknown, moved, OLD],
      goneSources: ['shop/gone-1', 'shop/gone-2'],
      recorded: ['app.example.com', 'moved.example.com', 'old.example.com'],
      records: [ours('old.example.com'), { ...ours('moved.example.com'), content: 'other.cfargotunnel.com' }],
    });

    await world.sync();

    expect(world.log).toEqual([
      'Service: The DNS record old.example.com was deleted in zone example.com',
      'Service: The DNS record moved.example.com was updated in zone example.com',
      'Tunnel: 2 DNS records were created in zone example.com: api-1.example.com, api-2.example.com',
      'Service: The DNS record app.example.com was created in zone example.com',
      'record repaired',
      'record repaired',
    ]);
  });

  it('are left as they are when they are as wanted', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP], records: [ours('app.example.com')] });

    const unchanged = { hasRetired: false, isComplete: true, refused: new Map(), waiting: [] };
    expect(await world.sync()).toMatchObject(unchanged);
    expect(world.log).toEqual([]);
  });

  it('that point to another tunnel of ours are moved, and named so that the former holder is woken', async () => {
    const moved = { ...ours('app.example.com'), content: 'other.cfargotunnel.com' };

    expect((await new RecordsWorld({ wanted: [APP], records: [moved] }).sync()).moved).toEqual(['app.example.com']);
  });

  it('wait for connectors that do not serve their hostname yet', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP] });

    const synced = await world.sync({ isServed: () => false });

    expect(synced).toMatchObject({ isPending: true, inPlace: new Set() });
    expect(world.contents()).toEqual({});
    const other = aRoute('app.example.org');
    const zones = [aZone('example.com'), aZone('example.org')];
    const both = new RecordsWorld({ wanted: [APP, other], zones });
    expect((await both.sync({ isServed: (name) => name === other.hostname })).isPending).toBe(true);
  });

  it('are not made for a hostname without a rule', async () => {
    const world = new RecordsWorld({ wanted: [APP], published: [APP] });

    expect((await world.sync({ isPublished: () => false })).inPlace.size).toBe(0);
    expect(world.contents()).toEqual({});
  });

  it('of others are never touched, and the hostname is refused', async () => {
    const foreign = aRecord('app.example.com', { content: '192.0.2.1', type: 'A' });
    const world = new RecordsWorld({ wanted: [APP], records: [foreign] });

    expect([...(await world.sync()).refused.values()].map(({ reason }) => reason)).toEqual(['RecordConflict']);
    expect(world.contents()).toEqual({ 'app.example.com': '192.0.2.1' });
  });

  it('have no zone when none holds the hostname', async () => {
    const synced = await new RecordsWorld({ wanted: [APP], zones: [aZone('example.org')] }).sync();

    expect([...synced.refused.values()].map(({ reason }) => reason)).toEqual(['ZoneNotFound']);
  });

  it('in a zone that does not answer are made, and the hostname is told why it does not', async () => {
    const paused = aZone('example.com', { inactive: { state: 'is paused', remedy: 'Enable it' } });
    const world = new RecordsWorld({ wanted: [APP], zones: [paused] });

    const synced = await world.sync();

    expect(world.contents()).toEqual({ 'app.example.com': TARGET });
    expect(synced).toMatchObject({ inPlace: new Set(), hasRetired: false });
    expect([...synced.refused.values()].map(({ reason }) => reason)).toEqual(['ZoneInactive']);
  });

  it('that UpsertOnly keeps are named', async () => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { mode: 'UpsertOnly' } }, status: PUBLISHED });
    const world = new RecordsWorld({
      tunnel,
      wanted: [APP],
      published: [APP, OLD],
      records: [ours('app.example.com'), ours('old.example.com'), aRecord('other.example.com')],
    });

    expect((await world.sync()).kept).toEqual(['old.example.com']);
    expect(Object.keys(world.contents())).toContain('old.example.com');
  });

  it('that are not proxied are warned about', async () => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { proxied: false } }, status: PUBLISHED });

    const { warnings } = await new RecordsWorld({ tunnel, wanted: [APP] }).sync();

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
    world.answers.push((waiting) => ({ waiting, failure: new OperatorError(reason, 'wait', 'no') }));
    const pass = world.pass();

    const synced = await world.sync({}, pass);

    expect(synced).toMatchObject({ isComplete: false, isForbidden, waiting: [] });
    expect(world.contents()).toEqual({ 'app.example.org': TARGET });
    expect(pass.stages.failures.map((failure) => failure.reason)).toEqual([reason]);
  });
});

describe('a zone whose writing breaks off', () => {
  it('is in an unknown state', async () => {
    const world = new RecordsWorld({ wanted: [APP] });
    world.answers.push(() => {
      throw new OperatorError('KubernetesUnavailable', 'retry', 'another replica may lead by now');
    });

    expect(await world.sync()).toMatchObject({ isComplete: false, inPlace: new Set() });
  });
});

describe('many deletions whose Services nobody saw go', () => {
  const names = Array.from({ length: 12 }, (_, index) => `old-${index}.example.com`);
  const more = Array.from({ length: 28 }, (_, index) => `app-${index}.example.com`);
  const lost = names.map((name, index) => aRoute(name, `shop/lost-${index}`));
  const lostSources = lost.map(({ source }) => source);
  const traits = { published: lost, records: names.map(ours), lostSources };
  const confirmed = { [CONFIRM_DELETE_ANNOTATION]: `hash of ${names.join('\n').length}` };

  it.each<{ case: string; given: RecordsTraits }>([
    { case: 'their Services have lost our finalizer', given: {} },
    { case: 'their Services do not exist', given: { goneSources: lostSources } },
    {
      case: 'most records of the zone are not ours',
      given: { records: [...traits.records, ...more.map((name) => aRecord(name))] },
    },
  ])('wait for a person to confirm them if $case', async ({ given }) => {
    const world = new RecordsWorld({ ...traits, ...given });

    const { refusedDeletes } = await world.sync();

    expect(refusedDeletes?.names).toEqual(new Set(names));
    expect(Object.keys(world.contents())).toEqual(expect.arrayContaining(names));
  });

  it.each<{ case: string; given?: RecordsTraits; tunnel?: TunnelTraits }>([
    { case: 'their Services are still there and no longer ask for them', given: { lostSources: [] } },
    { case: 'the Tunnel is being deleted', tunnel: { deleting: true } },
    { case: 'the spec rules them out', tunnel: { spec: { dns: { mode: 'Disabled' } } } },
    { case: 'somebody has confirmed them', tunnel: { annotations: confirmed } },
    {
      case: 'most records of the Tunnel stay',
      given: { wanted: more.map((name) => aRoute(name)), records: [...names, ...more].map(ours) },
    },
  ])('are made if $case', async ({ given, tunnel }) => {
    const home = aTunnel('shop/home', { status: PUBLISHED, ...tunnel });
    const world = new RecordsWorld({ ...traits, ...given, tunnel: home });

    expect((await world.sync()).refusedDeletes).toBeUndefined();
    expect(Object.keys(world.contents())).not.toEqual(expect.arrayContaining(names.slice(0, 1)));
  });
});

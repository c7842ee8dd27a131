import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../../src/api/conditions.ts';
import { awaitInvisible } from '../../../../../src/controllers/tunnel/steps/dns-records/invisible-zones.ts';
import { knownRecords, leftoversOf } from '../../../../../src/controllers/tunnel/steps/dns-records/known-records.ts';
import { lookUpRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/observe.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { RecordsWorld, type RecordsTraits, ours } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const OLD = aRoute('old.example.com');
const LOST = aRoute('app.lost.example');
const PUBLISHED = { config: { hash: 'abc' } };
type Mode = 'Sync' | 'UpsertOnly' | 'Disabled';
const REPORTED: Condition = {
  type: 'DNSReady',
  status: 'True',
  reason: 'DNSDisabled',
  message: '',
  lastTransitionTime: '',
};

describe('a record', () => {
  it('may exist where one of ours was found, and may be made where a wanted hostname has a zone', async () => {
    const traits = { wanted: [APP, LOST], published: [APP, OLD, LOST], records: [ours('old.example.com')] };
    const { known } = await look(new RecordsWorld(traits));

    expect([APP, OLD, LOST].map(known.mayExist)).toEqual([false, true, false]);
    expect([APP, OLD, LOST].map(({ hostname }) => known.mayBeMade(hostname))).toEqual([true, false, false]);
    expect([APP, OLD, LOST].map(({ hostname }) => known.isGone(hostname))).toEqual([true, false, false]);
    expect(known.mayBeForgotten).toBe(false);
  });

  it('may exist in a list that lags behind a change', async () => {
    const world = new RecordsWorld({ wanted: [APP] });
    world.isListComplete = false;

    expect((await look(world)).known.isGone(APP.hostname)).toBe(false);
  });

  it('that the token may not look for is given up as well', async () => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { mode: 'Disabled' } }, status: PUBLISHED });
    const world = new RecordsWorld({ tunnel, published: [APP] });
    world.failure = { zone: 'example.com', error: new OperatorError('PermissionMissing', 'stall', 'no') };

    expect((await look(world)).known.mayExist(APP)).toBe(true);
    world.clock.nowMs = 300_000;
    expect((await look(world)).known.mayExist(APP)).toBe(false);
  });

  it('is waited for in a zone that cannot be seen, and then given up', async () => {
    const world = new RecordsWorld({ published: [LOST] });

    const { known, leftovers } = await look(world);
    expect(known.mayExist(LOST)).toBe(true);
    expect(leftovers).toEqual(['app.lost.example']);

    world.clock.nowMs = 300_000;
    const later = await look(world);
    expect(later.known.mayExist(LOST)).toBe(false);
    expect(later.known.isGone(LOST.hostname)).toBe(true);
    expect(later.leftovers).toEqual([]);
  });
});

describe('records at names that nothing lists any more', () => {
  const lost = { published: 'lost', wanted: [APP] } as const;
  const records = [ours('old.example.com')];
  const removed = [{ ...REPORTED, type: 'ConfigReady', reason: 'ConfigPublished' }, REPORTED];
  const pending = [{ ...REPORTED, reason: 'RecordsPending' }];
  const elsewhere = [{ ...REPORTED, type: 'ConnectorsReady' }];

  it.each<{ case: string; traits: RecordsTraits; mode?: Mode; conditions?: Condition[]; may: boolean }>([
    { case: 'were found', traits: { records }, may: true },
    { case: 'are all wanted', traits: { records: [ours('app.example.com')] }, may: false },
    { case: 'are listed', traits: { records, published: [OLD] }, may: false },
    { case: 'cannot be looked for', traits: { zones: [] }, may: true },
    { case: 'are kept', traits: { records }, mode: 'UpsertOnly', may: false },
    { case: 'were removed', traits: { records }, mode: 'Disabled', conditions: removed, may: false },
    { case: 'are still to be removed', traits: { records }, mode: 'Disabled', conditions: pending, may: true },
    { case: 'are not reported on', traits: { records }, mode: 'Disabled', conditions: elsewhere, may: true },
    { case: 'are kept again', traits: { records }, mode: 'Sync', conditions: removed, may: true },
  ])('may exist: $may, if they $case', async ({ traits, mode, conditions = [], may }) => {
    const status = { ...PUBLISHED, conditions };
    const tunnel = aTunnel('shop/home', { spec: { dns: { ...(mode && { mode }) } }, status });

    const { view, known } = await look(new RecordsWorld({ ...lost, ...traits, tunnel }));

    expect(known.mayBeForgotten).toBe(may);
    expect(view === undefined).toBe(mode === 'Disabled' && conditions === removed);
  });
});

it('a Tunnel that is being deleted wants no record, so all of them are to be removed', async () => {
  const tunnel = aTunnel('shop/home', { status: PUBLISHED, deleting: true });
  const world = new RecordsWorld({ tunnel, wanted: [APP], published: [APP], records: [ours('app.example.com')] });

  expect((await look(world)).leftovers).toEqual(['app.example.com']);
});

async function look(world: RecordsWorld) {
  const { port } = world;
  const pass = world.pass();
  const view = await lookUpRecords(port, pass, world.cloudflare);
  const known = knownRecords(port, pass, { view, invisible: awaitInvisible(port, pass, view) });
  return { view, known, leftovers: leftoversOf(port, pass, known) };
}

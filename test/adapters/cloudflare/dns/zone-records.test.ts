import { describe, expect, it } from '@jest/globals';
import { listRecords } from '../../../../src/adapters/cloudflare/dns/record-calls.ts';
import { ZoneRecords } from '../../../../src/adapters/cloudflare/dns/zone-records.ts';
import type { CloudflareClient } from '../../../../src/adapters/cloudflare/calls/client.ts';
import type { WriteOutcome } from '../../../../src/adapters/cloudflare/dns/deliver.ts';
import type { DesiredRecord, DnsChange } from '../../../../src/core/dns/plan.ts';
import { aCloud, never } from '../a-session.ts';

const CLUSTER = 'cftunnel.io owner=test/';
const TARGET = '01234567-89ab-4cde-8f01-23456789abcd.cfargotunnel.com';
const LIST = 'GET /zones/:zone/dns_records';
const BATCH = 'POST /zones/:zone/dns_records/batch';
const ANY_AGE = 60_000;

const record = (name: string, more: Partial<DesiredRecord> = {}): DesiredRecord => ({
  name,
  type: 'CNAME',
  content: TARGET,
  proxied: true,
  comment: `${CLUSTER}default/home`,
  ...more,
});
const create = (name: string): DnsChange => ({ kind: 'create', name, record: record(name) });
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `app-${index}.example.com`);

function written(records: ZoneRecords, client: CloudflareClient, changes: readonly DnsChange[]): Promise<WriteOutcome> {
  return records.write(changes, false, (batch) => records.writeBatch(client, batch, never));
}

/** The records of a zone that allows batches of `batchLimit`, in an emulated Cloudflare. */
async function someRecords(batchLimit = 200) {
  const cloud = await aCloud();
  const records = new ZoneRecords({ ...cloud.zone, batchLimit });
  const filter = { zone_id: cloud.zone.id, comment: { startswith: CLUSTER } };
  return {
    ...cloud,
    ours: async (maxAgeMs = ANY_AGE) => {
      const read = () => listRecords(cloud.client, filter, never);
      return [...(await records.list.get(maxAgeMs, { read, reader: cloud.client })).values()];
    },
    isAuthoritative: () => records.list.isAuthoritative,
    write: (...changes: readonly DnsChange[]) => written(records, cloud.client, changes),
    knownRefusals: async (changes: readonly DnsChange[], maxAgeMs = ANY_AGE) =>
      (await records.withoutKnownRefusals(changes, maxAgeMs, async (done) => ({ done, refused: [], waiting: [] })))
        .refused,
    stored: () =>
      cloud.admin
        .records('example.com')
        .map(({ name }) => name)
        .toSorted(),
    foreign: (name: string) => cloud.admin.addRecord('example.com', { name, type: 'A', content: '192.0.2.1' }),
  };
}

describe('records', () => {
  it('are the records with the mark of our cluster', async () => {
    const { ours, admin, foreign } = await someRecords();
    const make = (name: string, comment: string) =>
      admin.addRecord('example.com', { name, type: 'CNAME', content: TARGET, proxied: true, comment });
    const { id } = make('app.example.com', `${CLUSTER}default/home`);
    make('other.example.com', 'cftunnel.io owner=other/default/home');
    foreign('foreign.example.com');

    await expect(ours()).resolves.toEqual([
      { id, name: 'app.example.com', type: 'CNAME', content: TARGET, proxied: true, comment: `${CLUSTER}default/home` },
    ]);
  });

  it('have normalised names, however the API spells them', async () => {
    const { ours, faults } = await someRecords();
    const listed = {
      id: '1'.repeat(32),
      type: 'CNAME',
      name: 'B\u00fccher.Example.com.',
      content: TARGET,
      proxied: true,
    };
    const body = { success: true, result: [listed], result_info: { page: 1, per_page: 5000, total_count: 1 } };
    faults.add({ method: 'GET', effect: { kind: 'reply', status: 200, body } });

    await expect(ours()).resolves.toMatchObject([{ name: 'xn--bcher-kva.example.com' }]);
  });

  it('are read with one call, and not again while they are fresh', async () => {
    const { ours, write, calls } = await someRecords();
    await write(...names(150).map(create));
    calls.clear();

    await expect(ours()).resolves.toHaveLength(150);
    await ours();

    expect(calls.byEndpoint()).toEqual({ [LIST]: 1 });
  });

  it('are read again when they are too old', async () => {
    const { ours, admin } = await someRecords();
    await ours();
    admin.addRecord('example.com', { ...record('app.example.com'), type: 'CNAME' });

    await expect(ours(-1)).resolves.toHaveLength(1);
  });
});

describe('allRecords', () => {
  it('returns foreign records too', async () => {
    const { session, zone, write, foreign } = await someRecords();
    await write(create('app.example.com'));
    foreign('foreign.example.com');

    const records = await session.allRecords(zone, never);

    expect(records.map(({ name, type, comment }) => `${type} ${name} ${comment}`).toSorted()).toEqual([
      'A foreign.example.com ',
      `CNAME app.example.com ${CLUSTER}default/home`,
    ]);
  });
});

describe('write', () => {
  it('writes deletes, updates and creates in one call', async () => {
    const { write, ours, calls, admin } = await someRecords();
    await write(create('old.example.com'), create('stays.example.com'));
    const [old, stays] = (await ours()).toSorted((a, b) => a.name.localeCompare(b.name));
    calls.clear();

    const outcome = await write(
      { kind: 'delete', id: old?.id ?? '', name: 'old.example.com' },
      {
        kind: 'update',
        id: stays?.id ?? '',
        name: 'stays.example.com',
        record: record('stays.example.com', { proxied: false, comment: `${CLUSTER}default/other` }),
      },
      create('new.example.com'),
    );

    expect(outcome.done.map(({ name }) => name)).toEqual(['old.example.com', 'stays.example.com', 'new.example.com']);
    expect(calls.byEndpoint()).toEqual({ [BATCH]: 1 });
    expect(admin.records('example.com').toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'new.example.com', type: 'CNAME', content: TARGET, proxied: true, ttl: 1 },
      { name: 'stays.example.com', proxied: false, comment: `${CLUSTER}default/other` },
    ]);
  });

  it('updates the list from the answer to a batch, without another call', async () => {
    const { write, ours, calls } = await someRecords();
    await ours();
    await write(create('a.example.com'), create('b.example.com'));
    const [first] = await ours();

    await write({ kind: 'delete', id: first?.id ?? '', name: 'a.example.com' });

    expect((await ours()).map(({ name }) => name)).toEqual(['b.example.com']);
    expect(calls.count(LIST)).toBe(1);
  });

  it("splits the changes into batches that the zone's plan allows", async () => {
    const { write, stored, calls } = await someRecords(10);

    await expect(write(...names(25).map(create))).resolves.toMatchObject({ refused: [], waiting: [] });

    expect(calls.count(BATCH)).toBe(3);
    expect(stored()).toEqual(names(25).toSorted());
  });

  it('reports a conflict with an unknown record, and applies nothing of that batch', async () => {
    const { write, stored, foreign } = await someRecords();
    foreign('taken.example.com');

    await expect(write(create('free.example.com'), create('taken.example.com'))).resolves.toMatchObject({
      obstacle: 'clash',
    });

    expect(stored()).toEqual(['taken.example.com']);
  });

  it.each(['direct', 'chained'] as const)('recognises a conflict in the %s form', async (dnsErrorShape) => {
    const { client, zone, admin } = await aCloud({ assumptions: { dnsErrorShape } });
    admin.addRecord('example.com', { name: 'taken.example.com', type: 'AAAA', content: '2001:db8::1' });

    const outcome = await written(new ZoneRecords(zone), client, [create('taken.example.com')]);

    expect(outcome).toMatchObject({ done: [], obstacle: 'clash' });
  });

  it('treats a missing record that is to be changed as a conflict', async () => {
    const { write } = await someRecords();

    await expect(write({ kind: 'delete', id: '0'.repeat(32), name: 'gone.example.com' })).resolves.toMatchObject({
      obstacle: 'clash',
    });
  });

  it('reports a full zone and its quota', async () => {
    const { client, session, zone, admin } = await aCloud({}, { recordQuota: 2 });
    admin.addRecord('example.com', { name: 'foreign.example.com', type: 'A', content: '192.0.2.1' });
    const records = new ZoneRecords(zone);

    const outcome = await written(records, client, [create('a.example.com'), create('b.example.com')]);

    expect(outcome).toMatchObject({ done: [], obstacle: 'full' });

    await expect(session.roomFor(zone, never)).resolves.toBe(1);
    expect(admin.records('example.com')).toHaveLength(1);
  });

  // Invariant 31.
  it('writes every name except those that Cloudflare refuses, and reports its message', async () => {
    const { write, stored, admin } = await someRecords();
    admin.refuseName('app-7.example.com');
    admin.refuseName('app-30.example.com', { code: 81099, message: 'Something nobody has heard of.' });

    const { done, refused, waiting } = await write(...names(50).map(create));

    expect(done).toHaveLength(48);
    expect(waiting).toEqual([]);
    expect(refused.map(({ change, message }) => `${change.name}: ${message}`)).toEqual([
      'app-7.example.com: DNS name is invalid (code 9000)',
      'app-30.example.com: Something nobody has heard of (code 81099)',
    ]);
    expect(stored()).toHaveLength(48);
  });

  it('remembers a refusal until the change differs or the refusal is old', async () => {
    const { write, knownRefusals, admin } = await someRecords();
    admin.refuseName('bad.example.com');
    await write(create('bad.example.com'));
    const other: DnsChange = {
      kind: 'create',
      name: 'bad.example.com',
      record: record('bad.example.com', { proxied: false }),
    };

    await expect(knownRefusals([create('bad.example.com')])).resolves.toHaveLength(1);
    await expect(knownRefusals([create('bad.example.com')], -1)).resolves.toEqual([]);
    await expect(knownRefusals([other])).resolves.toEqual([]);
  });

  it('sends a refused name alone and last, and forgets the refusal once it is accepted', async () => {
    const { write, knownRefusals, admin, calls } = await someRecords();
    admin.refuseName('bad.example.com');
    await write(create('bad.example.com'));
    calls.clear();

    const again = await write(create('bad.example.com'), ...names(20).map(create));
    expect(again.done).toHaveLength(20);
    expect(calls.count(BATCH)).toBe(2);

    admin.acceptName('bad.example.com');
    await write(create('bad.example.com'));
    await expect(knownRefusals([create('bad.example.com')])).resolves.toEqual([]);
  });

  it('reports what was done before a failure', async () => {
    const { write, faults } = await someRecords(1);
    faults.add({ method: 'POST', fromNth: 2, times: 1, effect: { kind: 'lock' } });

    const { done, waiting, failure } = await write(create('a.example.com'), create('b.example.com'));

    expect(done.map(({ name }) => name)).toEqual(['a.example.com']);
    expect(waiting.map(({ name }) => name)).toEqual(['b.example.com']);
    expect(String(failure)).toContain('409');
  });

  it.each([
    { case: 'the token', status: 403, code: 10000 },
    { case: 'the connection', status: 400, code: 7003 },
    { case: 'too many calls', status: 429, code: 971 },
    { case: 'a zone that is not found', status: 404, code: 1001 },
  ])('does not treat an answer about $case as a refused name', async ({ status, code }) => {
    const { write, faults, calls } = await someRecords();
    const body = { success: false, errors: [{ code, message: 'No.' }] };
    faults.add({ method: 'POST', effect: { kind: 'reply', status, body } });

    const { refused, waiting, failure } = await write(...names(4).map(create));

    expect([refused.length, waiting.length, calls.count(BATCH)]).toEqual([0, 4, 1]);
    expect(failure).toMatchObject({ status });
  });

  it('forgets the list when the outcome of a batch is unknown', async () => {
    const { write, ours, faults, calls } = await someRecords();
    await ours();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    expect(String((await write(create('app.example.com'))).failure)).toContain('Connection error');

    expect((await ours()).map(({ name }) => name)).toEqual(['app.example.com']);
    expect(calls.count(LIST)).toBe(2);
  });

  it('tolerates a list that lags behind a batch', async () => {
    const { write, ours, faults } = await someRecords();
    await write(create('old.example.com'), create('stays.example.com'));
    const old = (await ours()).find(({ name }) => name === 'old.example.com');
    faults.add({ method: 'GET', effect: { kind: 'stale-reads', lagMs: 10_000 } });

    await write({ kind: 'delete', id: old?.id ?? '', name: 'old.example.com' }, create('new.example.com'));

    const listed = await ours(-1);
    expect(listed.map(({ name }) => name).toSorted()).toEqual(['new.example.com', 'stays.example.com']);
  });

  // Invariant 28.
  it('makes the list not authoritative if its outcome is unknown, and only then', async () => {
    const { write, ours, faults, isAuthoritative } = await someRecords();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'lock' } });
    expect(String((await write(create('app.example.com'))).failure)).toContain('409');
    await ours();
    expect(isAuthoritative()).toBe(true);

    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });
    expect(String((await write(create('app.example.com'))).failure)).toContain('Connection error');
    await ours();

    expect(isAuthoritative()).toBe(false);
  });
});

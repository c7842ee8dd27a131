import { describe, expect, it } from '@jest/globals';
import { ZoneRecords } from '../../../src/adapters/cloudflare/zone-records.ts';
import type { DesiredRecord, DnsChange } from '../../../src/core/dns/plan.ts';
import { aCloud, carriedOutFirst, never } from './a-session.ts';

const CLUSTER = 'cftunnel.io owner=test/';
const TARGET = '01234567-89ab-4cde-8f01-23456789abcd.cfargotunnel.com';
const LIST = 'GET /zones/:zone/dns_records';
const BATCH = 'POST /zones/:zone/dns_records/batch';
const ANY_AGE = 60_000;

const record = (name: string, more: Partial<DesiredRecord> = {}): DesiredRecord => ({
  name,
  content: TARGET,
  proxied: true,
  comment: `${CLUSTER}default/home`,
  ...more,
});
const create = (name: string): DnsChange => ({ kind: 'create', name, record: record(name) });
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `app-${index}.example.com`);

/** The records of a zone that allows batches of `batchLimit`, and whatever happens to it in Cloudflare. */
async function someRecords(batchLimit = 200) {
  const cloud = await aCloud();
  const records = new ZoneRecords({ ...cloud.zone, batchLimit });
  return {
    ...cloud,
    ours: (maxAgeMs = ANY_AGE) => records.ours(cloud.client, CLUSTER, maxAgeMs, never),
    all: () => records.all(cloud.client, never),
    isProof: () => records.isProof,
    write: (...changes: readonly DnsChange[]) => records.write(cloud.client, changes, never),
    stored: () =>
      cloud.backdoor
        .records('example.com')
        .map(({ name }) => name)
        .toSorted(),
    foreign: (name: string) => cloud.backdoor.addRecord('example.com', { name, type: 'A', content: '192.0.2.1' }),
  };
}

describe('ours', () => {
  it('gives the records that carry the mark of our cluster', async () => {
    const { ours, backdoor, foreign } = await someRecords();
    const make = (name: string, comment: string) =>
      backdoor.addRecord('example.com', { name, type: 'CNAME', content: TARGET, proxied: true, comment });
    const { id } = make('app.example.com', `${CLUSTER}default/home`);
    make('other.example.com', 'cftunnel.io owner=other/default/home');
    foreign('foreign.example.com');

    await expect(ours()).resolves.toEqual([
      {
        id,
        name: 'app.example.com',
        type: 'CNAME',
        content: TARGET,
        proxied: true,
        comment: `${CLUSTER}default/home`,
      },
    ]);
  });

  it('is one call for all of them, and none while they are fresh', async () => {
    const { ours, write, calls } = await someRecords();
    await write(...names(150).map(create));
    calls.clear();

    await expect(ours()).resolves.toHaveLength(150);
    await ours();

    expect(calls.byEndpoint()).toEqual({ [LIST]: 1 });
  });

  it('reads again what is too old', async () => {
    const { ours, backdoor } = await someRecords();
    await ours();
    backdoor.addRecord('example.com', { ...record('app.example.com'), type: 'CNAME' });

    await expect(ours(-1)).resolves.toHaveLength(1);
  });
});

describe('all', () => {
  it('gives foreign records too', async () => {
    const { all, write, foreign } = await someRecords();
    await write(create('app.example.com'));
    foreign('foreign.example.com');

    const records = await all();

    expect(records.map(({ name, type, comment }) => `${type} ${name} ${comment}`).toSorted()).toEqual([
      'A foreign.example.com ',
      `CNAME app.example.com ${CLUSTER}default/home`,
    ]);
  });
});

describe('write', () => {
  it('writes deletes, updates and creates in one call', async () => {
    const { write, ours, calls, backdoor } = await someRecords();
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

    expect(outcome).toBe('written');
    expect(calls.byEndpoint()).toEqual({ [BATCH]: 1 });
    expect(backdoor.records('example.com').toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'new.example.com', type: 'CNAME', content: TARGET, proxied: true, ttl: 1 },
      { name: 'stays.example.com', proxied: false, comment: `${CLUSTER}default/other` },
    ]);
  });

  it('makes what is known follow what the batch answers, without another call', async () => {
    const { write, ours, calls } = await someRecords();
    await ours();
    await write(create('a.example.com'), create('b.example.com'));
    const [first] = await ours();

    await write({ kind: 'delete', id: first?.id ?? '', name: 'a.example.com' });

    expect((await ours()).map(({ name }) => name)).toEqual(['b.example.com']);
    expect(calls.count(LIST)).toBe(1);
  });

  it('cuts the changes into batches that the plan of the zone allows', async () => {
    const { write, stored, calls } = await someRecords(10);

    await expect(write(...names(25).map(create))).resolves.toBe('written');

    expect(calls.count(BATCH)).toBe(3);
    expect(stored()).toEqual(names(25).toSorted());
  });

  it('makes no call for no changes', async () => {
    const { write, calls } = await someRecords();

    await expect(write()).resolves.toBe('written');

    expect(calls.count()).toBe(0);
  });

  it('says so when a record that was not known of stands in the way, and nothing of that batch is done', async () => {
    const { write, stored, foreign } = await someRecords();
    foreign('taken.example.com');

    await expect(write(create('free.example.com'), create('taken.example.com'))).resolves.toBe('clash');

    expect(stored()).toEqual(['taken.example.com']);
  });

  it('stops at the batch that clashes, and knows what went before it', async () => {
    const { write, ours, stored, foreign, calls } = await someRecords(1);
    foreign('b.example.com');
    await ours();

    await expect(write(...['a', 'b', 'c'].map((name) => create(`${name}.example.com`)))).resolves.toBe('clash');

    expect((await ours()).map(({ name }) => name)).toEqual(['a.example.com']);
    expect(stored()).toEqual(['a.example.com', 'b.example.com']);
    expect(calls.count(LIST)).toBe(1);
  });

  it.each(['direct', 'chained'] as const)('knows a clash that is told in the %s form', async (dnsErrorShape) => {
    const { client, zone, backdoor } = await aCloud({ assumptions: { dnsErrorShape } });
    backdoor.addRecord('example.com', { name: 'taken.example.com', type: 'AAAA', content: '2001:db8::1' });

    const outcome = await new ZoneRecords(zone).write(client, [create('taken.example.com')], never);

    expect(outcome).toBe('clash');
  });

  it('counts a record to be changed that is gone as a clash', async () => {
    const { write } = await someRecords();

    await expect(write({ kind: 'delete', id: '0'.repeat(32), name: 'gone.example.com' })).resolves.toBe('clash');
  });

  it('says so when the zone takes no more records, and how many it would take', async () => {
    const { client, zone, backdoor } = await aCloud({}, { recordQuota: 2 });
    backdoor.addRecord('example.com', { name: 'foreign.example.com', type: 'A', content: '192.0.2.1' });
    const records = new ZoneRecords(zone);

    await expect(records.write(client, [create('a.example.com'), create('b.example.com')], never)).resolves.toBe(
      'full',
    );

    await expect(records.room(client, never)).resolves.toBe(1);
    expect(backdoor.records('example.com')).toHaveLength(1);
  });

  it('hands on any other refusal', async () => {
    const { write } = await someRecords();
    const invalid = record('app.example.com', { content: '192.0.2.1' });

    await expect(write({ kind: 'create', name: invalid.name, record: invalid })).rejects.toThrow('9007');
  });

  it('no longer believes what it knew when the outcome of a batch is unknown', async () => {
    const { write, ours, faults, calls } = await someRecords();
    await ours();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(write(create('app.example.com'))).rejects.toThrow('Connection error');

    expect((await ours()).map(({ name }) => name)).toEqual(['app.example.com']);
    expect(calls.count(LIST)).toBe(2);
  });

  it('is not undone by a list that was on its way', async () => {
    const { write, ours, faults, calls } = await someRecords();
    const held = Promise.withResolvers<void>();
    faults.add({ method: 'GET', times: 1, effect: { kind: 'hold', until: held.promise } });
    const listing = ours();
    await carriedOutFirst({ calls });

    await write(create('app.example.com'));
    held.resolve();
    await listing;

    expect((await ours()).map(({ name }) => name)).toEqual(['app.example.com']);
  });

  it('is not undone by a list that lags behind it', async () => {
    const { write, ours, faults } = await someRecords();
    await write(create('old.example.com'), create('stays.example.com'));
    const old = (await ours()).find(({ name }) => name === 'old.example.com');
    faults.add({ method: 'GET', effect: { kind: 'stale-reads', lagMs: 10_000 } });

    await write({ kind: 'delete', id: old?.id ?? '', name: 'old.example.com' }, create('new.example.com'));

    const listed = await ours(-1);
    expect(listed.map(({ name }) => name).toSorted()).toEqual(['new.example.com', 'stays.example.com']);
  });

  // Invariant 28.
  it('leaves lists no proof of what they lack when its outcome is unknown, and only then', async () => {
    const { write, ours, faults, isProof } = await someRecords();
    faults.add({ method: 'POST', times: 1, effect: { kind: 'lock' } });
    await expect(write(create('app.example.com'))).rejects.toThrow('409');
    await ours();
    expect(isProof()).toBe(true);

    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });
    await expect(write(create('app.example.com'))).rejects.toThrow('Connection error');
    await ours();

    expect(isProof()).toBe(false);
  });
});

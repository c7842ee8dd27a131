import { describe, expect, it } from '@jest/globals';
import type { ObservedRecord } from '../../../src/core/dns/plan.ts';
import { type RecordFinding, recordsAt } from '../../../src/core/explain/records.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aRecord, aZone } from '../../support/dns.ts';
import { routed } from '../../support/routed.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const TARGET = `${ID}.cfargotunnel.com`;
const HOME = aTunnel('shop/home', { status: { tunnelId: ID } });
const OWNERSHIP = { clusterMark: 'owner=prod/', markOf: (tunnel: string) => `owner=prod/${tunnel}` };
const OURS = 'owner=prod/shop/home';

/** What decides at the hostname if a Service asks for it and the zone example.com has these records. */
function found(hostname: string, records: readonly ObservedRecord[], asked = hostname): RecordFinding {
  const zone = aZone('example.com');
  const view = { visible: [zone], records: new Map([[zone.id, records]]) };
  const state = routed([HOME, aService('shop/web', { hostname: asked, tunnel: 'home' })]);
  return recordsAt(hostname, state, { tunnel: 'shop/home', view, ownership: OWNERSHIP });
}

const NOTHING = { records: [], pending: [], problem: undefined, warnings: [] };
const RECORD = { type: 'CNAME', content: TARGET, zone: 'example.com', proxied: true, owner: 'foreign' };

describe('the record at a hostname', () => {
  it.each([
    ['tunnel', OURS],
    ['cluster', 'owner=prod/shop/other'],
    ['foreign', 'a note: owner=prod/shop/home'],
    ['foreign', ''],
  ])('belongs to the %s if its comment is "%s"', (owner, comment) => {
    expect(found('app.example.com', [aRecord('app.example.com', { comment })]).records).toStrictEqual([
      { ...RECORD, name: 'app.example.com', owner },
    ]);
  });

  it.each(['A', 'AAAA', 'CNAME', 'NS'])('of type %s decides where it leads', (type) => {
    const record = aRecord('app.example.com', { type, content: 'there', proxied: false });

    expect(found('app.example.com', [record], 'other.example.com')).toStrictEqual({
      ...NOTHING,
      records: [{ ...RECORD, name: 'app.example.com', type, content: 'there', proxied: false }],
    });
  });

  it('is about to be made if there is none that says where it leads', () => {
    const text = aRecord('app.example.com', { type: 'TXT', content: 'a note' });

    expect(found('app.example.com', [text])).toStrictEqual({
      ...NOTHING,
      pending: [{ kind: 'add', name: 'app.example.com', zone: 'example.com', content: TARGET }],
    });
  });

  it('may not be replaced', () => {
    const record = aRecord('app.example.com', { type: 'A', content: '192.0.2.1' });

    expect(found('app.example.com', [record])).toStrictEqual({
      ...NOTHING,
      records: [{ ...RECORD, name: 'app.example.com', type: 'A', content: '192.0.2.1' }],
      problem: { reason: 'RecordConflict', message: expect.stringContaining('app.example.com') },
    });
  });

  it('is not known where its zone was not read, and has a problem without one', () => {
    const state = routed([HOME, aService('shop/web', { hostname: 'a.b.example.net', tunnel: 'home' })]);
    const facts = { tunnel: 'shop/home', ownership: OWNERSHIP };
    const at = (visible: string) =>
      recordsAt('a.b.example.net', state, { ...facts, view: { visible: [aZone(visible)], records: new Map() } });

    expect(at('example.net')).toStrictEqual({
      ...NOTHING,
      warnings: [{ reason: 'CertificateMissing', message: expect.stringContaining('a.b.example.net') }],
    });
    expect(at('example.com')).toStrictEqual({
      ...NOTHING,
      problem: { reason: 'ZoneNotFound', message: expect.stringContaining('No zone holds a.b.example.net') },
    });
  });
});

describe('without a record of its own', () => {
  it.each([
    { hostname: 'a.b.example.com', name: '*.b.example.com' },
    { hostname: 'a.c.example.com', name: '*.example.com' },
    { hostname: '*.b.example.com', name: '*.b.example.com' },
    { hostname: '*.c.example.com', name: '*.example.com' },
  ])('$hostname gets that of $name', ({ hostname, name }) => {
    const records = ['*.example.com', '*.b.example.com', '*.a.b.example.com'].map((wildcard) => aRecord(wildcard));

    expect(found(hostname, records, 'other.example.com')).toStrictEqual({
      ...NOTHING,
      records: [{ ...RECORD, name }],
    });
  });

  it('a hostname gets the one that a wildcard is about to get, or its problem', () => {
    expect(found('app.example.com', [], '*.example.com').pending).toStrictEqual([
      { kind: 'add', name: '*.example.com', zone: 'example.com', content: TARGET },
    ]);
    expect(found('app.example.net', [], '*.example.net').problem).toMatchObject({ reason: 'ZoneNotFound' });
    expect(found('app.example.net', [], 'other.example.com')).toStrictEqual(NOTHING);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { type TunnelHostnames, changesForNow, groupByZone, noZoneProblem } from '../../../src/core/dns/records.ts';
import { zonesOf } from '../../../src/core/model/zone.ts';
import { aWantedRecord, aZone } from '../../support/dns.ts';
import { aHostname } from '../../support/routes.ts';

const COM = aZone('example.com');
const ORG = aZone('example.org');

describe('groupByZone', () => {
  it('groups the wanted hostnames by zone', () => {
    expect(grouped({ wanted: ['a.example.com', 'b.example.org', 'c.example.com'], published: [] })).toEqual({
      zones: { 'example.com': ['a.example.com', 'c.example.com'], 'example.org': ['b.example.org'] },
      withoutZone: [],
    });
  });

  it('includes the zones of published hostnames, without wanted ones', () => {
    expect(grouped({ wanted: ['a.example.com'], published: ['old.example.org'] }).zones).toEqual({
      'example.com': ['a.example.com'],
      'example.org': [],
    });
  });

  it('includes every zone if the published hostnames are unknown', () => {
    expect(grouped({ wanted: ['a.example.com'], published: 'unknown' }).zones).toEqual({
      'example.com': ['a.example.com'],
      'example.org': [],
    });
  });

  it('includes a zone that is no longer writable, as long as there may be a record', () => {
    const hostnames = { wanted: ['a.example.org'], published: ['a.example.org'] };

    expect(grouped(hostnames, [COM, ORG], [COM])).toEqual({
      zones: { 'example.org': [] },
      withoutZone: ['a.example.org'],
    });
  });

  it('includes the parent of a new zone, which may still contain the record', () => {
    const hostnames = { wanted: ['a.eu.example.com'], published: ['a.eu.example.com'] };

    expect(grouped(hostnames, [COM, aZone('eu.example.com')]).zones).toEqual({
      'eu.example.com': ['a.eu.example.com'],
      'example.com': [],
    });
  });

  it.each([
    { case: 'is wanted', wanted: ['a.eu.example.com'] },
    { case: 'is no longer wanted', wanted: [] },
  ])('includes a nested zone that was removed from the list as optional if the hostname $case', ({ wanted }) => {
    const nested = aZone('eu.example.com');
    const hostnames = { wanted: wanted.map(aHostname), published: [aHostname('a.eu.example.com')] };

    expect(groupByZone(hostnames, { visible: [nested, COM], writable: [COM] }).zones).toEqual([
      { zone: COM, hostnames: wanted },
      { zone: nested, hostnames: [], isOptional: true },
    ]);
  });

  it('must look into a nested zone that was taken off the list where another hostname has no other', () => {
    const nested = aZone('eu.example.com');
    const published = ['a.eu.example.com', 'b.example.com'].map(aHostname);

    expect(groupByZone({ wanted: [], published }, { visible: [nested, COM], writable: [] }).zones).toEqual([
      { zone: nested, hostnames: [] },
      { zone: COM, hostnames: [] },
    ]);
  });

  it('looks into every zone that may hold a record of a published hostname, and needs one that is written in', () => {
    const all = ['example.com', 'eu.example.com', 'a.eu.example.com', 'example.org'].map((name) => aZone(name));
    const names = ['example.com', 'b.example.com', 'b.eu.example.com', 'a.eu.example.com', 'a.example.org'];
    const some = fc.subarray(names.map(aHostname));

    fc.assert(
      fc.property(fc.subarray(all), some, some, (writable, wanted, published) => {
        const { zones } = groupByZone({ wanted, published }, { visible: all, writable });

        for (const zone of published.flatMap((hostname) => zonesOf(hostname, all)))
          expect(zones.map((work) => work.zone)).toContain(zone);
        const optional = zones.filter(({ isOptional }) => isOptional);
        expect(optional.filter(({ zone, hostnames }) => writable.includes(zone) || hostnames.length > 0)).toEqual([]);
      }),
    );
  });

  it('excludes zones without hostnames of the Tunnel', () => {
    expect(grouped({ wanted: ['a.example.com'], published: ['b.example.com'] }).zones).toEqual({
      'example.com': ['a.example.com'],
    });
  });

  it('lists wanted hostnames without a zone, and ignores published ones', () => {
    expect(grouped({ wanted: ['a.lost.net'], published: ['b.lost.net'] })).toEqual({
      zones: {},
      withoutZone: ['a.lost.net'],
    });
  });
});

describe('noZoneProblem', () => {
  it.each([
    {
      zones: [COM, ORG],
      message:
        'No zone holds a.lost.net. Zones in which the token may write: example.com, example.org. Add the zone, or give the token Zone Read on it',
    },
    {
      zones: [],
      message:
        'No zone holds a.lost.net. Zones in which the token may write: none. Add the zone, or give the token Zone Read on it',
    },
  ])('lists the zones: $message', ({ zones, message }) => {
    expect(noZoneProblem(aHostname('a.lost.net'), zones)).toEqual({ reason: 'ZoneNotFound', message });
  });
});

// Invariant 7.
describe('changesForNow', () => {
  it.each([
    { case: 'creates what is served', changes: ['create served'], rolling: true, now: ['create served'] },
    { case: 'delays a creation until the connectors serve it', changes: ['create new'], rolling: true, now: [] },
    { case: 'delays an update as well', changes: ['update new'], rolling: true, now: [] },
    { case: 'deletes at once', changes: ['delete old'], rolling: true, now: ['delete old'] },
    {
      case: 'delays a deletion while the new name waits',
      changes: ['delete old', 'create new'],
      rolling: true,
      now: [],
    },
    {
      case: 'does not delay a deletion for the new name of another Service',
      changes: ['delete other', 'create new'],
      rolling: true,
      now: ['delete other'],
    },
    {
      case: 'delays a name that several Services share',
      changes: ['delete both', 'create new'],
      rolling: true,
      now: [],
    },
    {
      case: 'creates what is served while deletions are delayed',
      changes: ['delete old', 'create served', 'create new'],
      rolling: true,
      now: ['create served'],
    },
    {
      case: 'does not delay deletions for connectors that are not rolling',
      changes: ['delete old', 'create new'],
      rolling: false,
      now: ['delete old'],
    },
    {
      case: 'keeps a record until its replacement may be created',
      changes: ['delete new', 'create new'],
      rolling: false,
      now: [],
    },
  ])('$case', ({ changes, rolling, now }) => {
    const split = changesForNow(changes.map(aChange), {
      isServed: (name) => name === 'served',
      isRolling: rolling,
      sourcesOf: (name) => [...(name === 'both' ? ['shop/api'] : []), name === 'other' ? 'shop/other' : 'shop/web'],
    });

    expect(split.now.map(brief)).toEqual(now);
    expect(split.later.map(brief)).toEqual(changes.filter((change) => !now.includes(change)));
  });
});

function grouped(
  { wanted, published }: { wanted: string[]; published: string[] | 'unknown' },
  visible = [COM, ORG],
  writable = visible,
) {
  const hostnames: TunnelHostnames = {
    wanted: wanted.map(aHostname),
    published: published === 'unknown' ? published : published.map(aHostname),
  };
  const { zones, withoutZone } = groupByZone(hostnames, { visible, writable });
  return { zones: Object.fromEntries(zones.map(({ zone, hostnames: names }) => [zone.name, names])), withoutZone };
}

/** Parses `kind name`, the format of `brief`. */
function aChange(text: string): DnsChange {
  const [kind, name = ''] = text.split(' ');
  const record = aWantedRecord(name, 'mark');
  if (kind === 'delete') return { kind, id: name, name };
  return kind === 'update' ? { kind, id: name, name, record } : { kind: 'create', name, record };
}

function brief({ kind, name }: DnsChange): string {
  return `${kind} ${name}`;
}

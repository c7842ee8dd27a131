import { describe, expect, it } from '@jest/globals';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { type TunnelHostnames, changesForNow, groupByZone, noZoneProblem } from '../../../src/core/dns/records.ts';
import { aWantedRecord, aZone } from '../../support/dns.ts';
import { aHostname } from '../../support/routes.ts';

const COM = aZone('example.com');
const ORG = aZone('example.org');

describe('groupByZone', () => {
  it('sorts the wanted hostnames into their zones', () => {
    expect(grouped({ wanted: ['a.example.com', 'b.example.org', 'c.example.com'], published: [] })).toEqual({
      zones: { 'example.com': ['a.example.com', 'c.example.com'], 'example.org': ['b.example.org'] },
      withoutZone: [],
    });
  });

  it('looks into the zones of what was published, with nothing wanted there', () => {
    expect(grouped({ wanted: ['a.example.com'], published: ['old.example.org'] }).zones).toEqual({
      'example.com': ['a.example.com'],
      'example.org': [],
    });
  });

  it('looks into every zone when what was published is unknown', () => {
    expect(grouped({ wanted: ['a.example.com'], published: 'unknown' }).zones).toEqual({
      'example.com': ['a.example.com'],
      'example.org': [],
    });
  });

  it('looks into a zone that the Tunnel no longer writes in, as long as there may be a record', () => {
    const hostnames = { wanted: ['a.example.org'], published: ['a.example.org'] };

    expect(grouped(hostnames, [COM, ORG], [COM])).toEqual({
      zones: { 'example.org': [] },
      withoutZone: ['a.example.org'],
    });
  });

  it('looks into the zone around another one, where the record was before that came', () => {
    const hostnames = { wanted: ['a.eu.example.com'], published: ['a.eu.example.com'] };

    expect(grouped(hostnames, [COM, aZone('eu.example.com')]).zones).toEqual({
      'eu.example.com': ['a.eu.example.com'],
      'example.com': [],
    });
  });

  it('leaves a zone alone in which it never wrote for a hostname that has another', () => {
    const [inner, outer] = [aZone('eu.example.com'), COM];
    const hostnames = { wanted: ['a.eu.example.com'], published: ['a.eu.example.com'] };

    expect(Object.keys(grouped(hostnames, [inner, outer], [outer]).zones)).toEqual(['example.com']);
  });

  it('leaves zones alone that hold nothing of ours', () => {
    expect(grouped({ wanted: ['a.example.com'], published: ['b.example.com'] }).zones).toEqual({
      'example.com': ['a.example.com'],
    });
  });

  it('sets wanted hostnames apart that lie in no zone, and forgets published ones', () => {
    expect(grouped({ wanted: ['a.lost.net'], published: ['b.lost.net'] })).toEqual({
      zones: {},
      withoutZone: ['a.lost.net'],
    });
  });
});

describe('homelessProblem', () => {
  it.each([
    {
      zones: [COM, ORG],
      message:
        'No zone holds a.lost.net; zones the token may write in: example.com, example.org. Add the zone, or give the token Zone Read on it',
    },
    {
      zones: [],
      message:
        'No zone holds a.lost.net; zones the token may write in: none. Add the zone, or give the token Zone Read on it',
    },
  ])('says which zones there are: $message', ({ zones, message }) => {
    expect(noZoneProblem(aHostname('a.lost.net'), zones)).toEqual({ reason: 'ZoneNotFound', message });
  });
});

// Invariant 7.
describe('changesForNow', () => {
  it.each([
    { case: 'makes what is served', changes: ['create served'], rolling: true, now: ['create served'] },
    { case: 'lets a creation wait for the connectors', changes: ['create new'], rolling: true, now: [] },
    { case: 'lets an update wait, too', changes: ['update new'], rolling: true, now: [] },
    { case: 'deletes at once', changes: ['delete old'], rolling: true, now: ['delete old'] },
    {
      case: 'holds a deletion while the new name waits',
      changes: ['delete old', 'create new'],
      rolling: true,
      now: [],
    },
    {
      case: 'holds no deletion for the new name of another Service',
      changes: ['delete other', 'create new'],
      rolling: true,
      now: ['delete other'],
    },
    { case: 'holds one of several Services', changes: ['delete both', 'create new'], rolling: true, now: [] },
    {
      case: 'makes what is served while deletions are held',
      changes: ['delete old', 'create served', 'create new'],
      rolling: true,
      now: ['create served'],
    },
    {
      case: 'does not hold deletions for connectors that do not come',
      changes: ['delete old', 'create new'],
      rolling: false,
      now: ['delete old'],
    },
    {
      case: 'keeps a record until the one that replaces it may be made',
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

/** From `kind name`, the form that `brief` gives. */
function aChange(text: string): DnsChange {
  const [kind, name = ''] = text.split(' ');
  const record = aWantedRecord(name, 'mark');
  if (kind === 'delete') return { kind, id: name, name };
  return kind === 'update' ? { kind, id: name, name, record } : { kind: 'create', name, record };
}

function brief({ kind, name }: DnsChange): string {
  return `${kind} ${name}`;
}

import { expect, it } from '@jest/globals';
import { type KnownRefusals, knownAmong, withOutcome } from '../../../src/core/dns/known-refusals.ts';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { aWantedRecord } from '../../support/dns.ts';

const create = (name: string, proxied = true): DnsChange => ({
  kind: 'create',
  name,
  record: aWantedRecord(name, 'mark', { proxied }),
});
const BAD = create('bad.example.com');
const NOTHING: KnownRefusals = new Map();
const REFUSED = { done: [], refused: [{ change: BAD, message: 'No (code 1)' }], waiting: [] };
const KNOWN = withOutcome(NOTHING, REFUSED, 1_000);

it.each([
  { case: 'the same change', changes: [BAD, create('good.example.com')], since: 1_000, known: ['bad.example.com'] },
  { case: 'the same change, refused too long ago', changes: [BAD], since: 1_001, known: [] },
  { case: 'another change at the name', changes: [create('bad.example.com', false)], since: 0, known: [] },
  {
    case: 'more changes at the name',
    changes: [{ kind: 'delete' as const, id: '1', name: 'bad.example.com' }, BAD],
    since: 0,
    known: [],
  },
])('a refusal is known for $case: $known', ({ changes, since, known }) => {
  expect(knownAmong(changes, KNOWN, since).map(({ change, message }) => `${change.name} ${message}`)).toEqual(
    known.map((name) => `${name} No (code 1)`),
  );
});

it('a refusal is forgotten when the change is applied, and after a day', () => {
  const done = { done: [BAD], refused: [], waiting: [] };
  const nothing = { done: [], refused: [], waiting: [] };

  expect(withOutcome(KNOWN, done, 2_000).size).toBe(0);
  expect(withOutcome(KNOWN, nothing, 2_000).size).toBe(1);
  expect(withOutcome(KNOWN, nothing, 86_401_000).size).toBe(1);
  expect(withOutcome(KNOWN, nothing, 86_401_001).size).toBe(0);
  expect(withOutcome(NOTHING, done, 0)).toBe(NOTHING);
  expect(knownAmong([BAD], NOTHING, 0)).toEqual([]);
});

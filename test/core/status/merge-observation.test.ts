import { describe, expect, it } from '@jest/globals';
import type { Problem, Warning } from '../../../src/core/model/route.ts';
import { mergeObservation } from '../../../src/core/status/merge-observation.ts';
import { NOTHING_SERVED, aHostname } from '../../support/routes.ts';

const { served: _, ...FOUND } = NOTHING_SERVED;
const A = new Map([['a.example.com', 'shop/web']]);
const B = new Map([['b.example.com', 'shop/web']]);
const AB = new Map([...A, ...B]);
/** The same claim with another holder. */
const STOLEN = new Map([['a.example.com', 'shop/heir']]);

describe('what is served', () => {
  const before = mergeObservation({ ...FOUND, live: A }, undefined);

  it('is what is live once every connector serves it', () => {
    expect(before.served).toEqual(A);
    expect(mergeObservation({ ...FOUND, live: B }, before).served).toEqual(B);
  });

  it.each([
    { case: 'unchanged before every connector serves a change', found: { live: AB, isServed: false }, served: A },
    { case: 'without removed claims', found: { live: B, isServed: false }, served: new Map() },
    { case: 'without claims that have moved', found: { live: STOLEN, isServed: false }, served: new Map() },
    { case: 'unchanged if nothing could be read', found: { isServed: false, isComplete: false }, served: A },
    { case: 'extended if not everything could be read', found: { live: B, isComplete: false }, served: AB },
  ])('is $case', ({ found, served }) => {
    expect(mergeObservation({ ...FOUND, ...found }, before).served).toEqual(served);
  });

  it('is empty at first, until every connector serves it', () => {
    expect(mergeObservation({ ...FOUND, live: A, isServed: false }, undefined).served).toEqual(new Map());
    expect(mergeObservation({ ...FOUND, isComplete: false }, undefined).served).toEqual(new Map());
  });
});

describe('warnings', () => {
  const deep: Warning = { reason: 'CertificateMissing', message: 'too deep' };
  const shallow: Warning = { reason: 'Unproxied', message: 'unproxied' };
  const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')];
  const before = mergeObservation({ ...FOUND, warnings: new Map([[a, [deep]]]) }, undefined);

  it('are kept where nothing could be observed, next to new ones', () => {
    const found = { ...FOUND, warnings: new Map([[b, [shallow]]]), isComplete: false };

    expect(mergeObservation(found, before).warnings).toEqual(
      new Map([
        [a, [deep]],
        [b, [shallow]],
      ]),
    );
  });

  it('are removed if a complete pass does not find them', () => {
    expect(mergeObservation(FOUND, before).warnings).toEqual(new Map());
  });
});

describe('refusals', () => {
  const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')];
  const foreign: Problem = { reason: 'RecordConflict', message: 'foreign' };
  const withoutZone: Problem = { reason: 'ZoneNotFound', message: 'no zone' };
  const before = mergeObservation({ ...FOUND, refused: new Map([[a, foreign]]) }, undefined);

  it('are kept where nothing could be observed, next to new ones', () => {
    const found = { ...FOUND, refused: new Map([[b, withoutZone]]), isComplete: false };

    expect(mergeObservation(found, before).refused).toEqual(
      new Map([
        [a, foreign],
        [b, withoutZone],
      ]),
    );
  });

  it('are removed for a hostname with a record, and if a complete pass does not find them', () => {
    const found = { ...FOUND, recorded: new Set([a]), isComplete: false };

    expect(mergeObservation(found, before).refused).toEqual(new Map());
    expect(mergeObservation(FOUND, before).refused).toEqual(new Map());
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Problem, Warning } from '../../../src/core/model/route.ts';
import { mergeObservation } from '../../../src/core/status/merge-observation.ts';
import { NO_NEWS, aHostname } from '../../support/routes.ts';

const { served: _, ...FOUND } = NO_NEWS;
const A = new Map([['a.example.com', 'shop/web']]);
const B = new Map([['b.example.com', 'shop/web']]);
const AB = new Map([...A, ...B]);
/** The same claim, in other hands. */
const STOLEN = new Map([['a.example.com', 'shop/heir']]);

describe('what is served', () => {
  const before = mergeObservation({ ...FOUND, live: A }, undefined);

  it('is what is live once every connector has it', () => {
    expect(before.served).toEqual(A);
    expect(mergeObservation({ ...FOUND, live: B }, before).served).toEqual(B);
  });

  it.each([
    { case: 'nothing new before every connector has it', found: { live: AB, isServed: false }, served: A },
    { case: 'nothing that has gone', found: { live: B, isServed: false }, served: new Map() },
    { case: 'nothing that has changed hands', found: { live: STOLEN, isServed: false }, served: new Map() },
    { case: 'what it was where nobody could look', found: { isServed: false, isComplete: false }, served: A },
    {
      case: 'what it was and what is new where not all could be seen',
      found: { live: B, isComplete: false },
      served: AB,
    },
  ])('is $case', ({ found, served }) => {
    expect(mergeObservation({ ...FOUND, ...found }, before).served).toEqual(served);
  });

  it('is nothing at first, until every connector has it', () => {
    expect(mergeObservation({ ...FOUND, live: A, isServed: false }, undefined).served).toEqual(new Map());
    expect(mergeObservation({ ...FOUND, isComplete: false }, undefined).served).toEqual(new Map());
  });
});

describe('warnings', () => {
  const deep: Warning = { reason: 'CertificateMissing', message: 'too deep' };
  const shallow: Warning = { reason: 'Unproxied', message: 'unproxied' };
  const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')];
  const before = mergeObservation({ ...FOUND, warnings: new Map([[a, [deep]]]) }, undefined);

  it('stand where nobody could look, beside new ones', () => {
    const found = { ...FOUND, warnings: new Map([[b, [shallow]]]), isComplete: false };

    expect(mergeObservation(found, before).warnings).toEqual(
      new Map([
        [a, [deep]],
        [b, [shallow]],
      ]),
    );
  });

  it('are gone when a whole look does not find them', () => {
    expect(mergeObservation(FOUND, before).warnings).toEqual(new Map());
  });
});

describe('refusals', () => {
  const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')];
  const foreign: Problem = { reason: 'RecordConflict', message: 'foreign' };
  const withoutZone: Problem = { reason: 'ZoneNotFound', message: 'no zone' };
  const before = mergeObservation({ ...FOUND, refused: new Map([[a, foreign]]) }, undefined);

  it('stand where nobody could look, beside new ones', () => {
    const found = { ...FOUND, refused: new Map([[b, withoutZone]]), isComplete: false };

    expect(mergeObservation(found, before).refused).toEqual(
      new Map([
        [a, foreign],
        [b, withoutZone],
      ]),
    );
  });

  it('are gone for a name whose record is in place, and when a whole look does not find them', () => {
    const found = { ...FOUND, recorded: new Set([a]), isComplete: false };

    expect(mergeObservation(found, before).refused).toEqual(new Map());
    expect(mergeObservation(FOUND, before).refused).toEqual(new Map());
  });
});

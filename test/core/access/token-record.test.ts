import { describe, expect, it } from '@jest/globals';
import { ROTATE_TOKEN_ANNOTATION } from '../../../src/api/names.ts';
import {
  type TokenRecord,
  durationOf,
  endOfFormerSecret,
  recordInStatus,
  shownRecord,
  tokenRequest,
  tokenSchedule,
} from '../../../src/core/access/token-record.ts';
import { anAccessServiceToken } from '../../support/access-world.ts';

const NOW = '2026-01-15T00:00:00Z';
const NEXT = { schedule: '0 0 1 * *', timeZone: 'Etc/UTC', time: '2026-02-01T00:00:00Z' };

describe('the former secret of a service token', () => {
  it.each([
    [undefined, '2026-01-16T00:00:00Z'],
    ['0s', NOW],
    ['1h30m', '2026-01-15T01:30:00Z'],
  ])('is valid for the overlap, %s, and a day by default', (overlap, end) => {
    const rotation = overlap === undefined ? {} : { rotation: { overlap } };

    expect(endOfFormerSecret(anAccessServiceToken(rotation), NOW)).toBe(end);
  });
});

it('a service token is valid for as long as it says, and a year by default', () => {
  const token = anAccessServiceToken({ duration: '720h' });
  const { duration: _, ...spec } = token.spec;

  expect([durationOf(token), durationOf({ ...token, spec })]).toStrictEqual(['720h', '8760h']);
});

it('a rotation is requested by annotation', () => {
  const token = anAccessServiceToken();
  const annotations = { [ROTATE_TOKEN_ANNOTATION]: 'one' };
  const requests = [token, { ...token, metadata: { ...token.metadata, annotations } }].map(tokenRequest);

  expect(requests).toStrictEqual([undefined, 'one']);
});

it.each([
  [undefined, undefined],
  [{ overlap: '1h' }, undefined],
  [{ schedule: '0 0 1 * *' }, { schedule: '0 0 1 * *', timeZone: 'Etc/UTC' }],
  [
    { schedule: '0 0 1 * *', timeZone: 'Europe/Berlin' },
    { schedule: '0 0 1 * *', timeZone: 'Europe/Berlin' },
  ],
])('a service token with the rotation %j is rotated on the schedule %j', (rotation, schedule) => {
  expect(tokenSchedule(anAccessServiceToken(rotation && { rotation }))).toStrictEqual(schedule);
});

describe('what is known of the rotations of a service token', () => {
  it.each<[TokenRecord, ReturnType<typeof shownRecord>]>([
    [{}, undefined],
    [{ pending: { request: 'two' } }, undefined],
    [{ handled: 'one' }, { handled: 'one' }],
    [{ lastTime: NOW }, { lastTime: NOW }],
    [{ next: NEXT }, { nextTime: NEXT.time }],
  ])('%j is shown in the status as %j', (record, shown) => {
    expect(shownRecord(record)).toStrictEqual(shown);
  });

  it.each<[ReturnType<typeof shownRecord>, TokenRecord]>([
    [undefined, {}],
    [{ handled: 'one' }, { handled: 'one' }],
    [{ lastTime: NOW }, { lastTime: NOW }],
    [{ nextTime: NEXT.time }, {}],
  ])('that the status shows as %j is restored as %j', (rotation, record) => {
    const token = { ...anAccessServiceToken(), status: rotation === undefined ? {} : { rotation } };

    expect(recordInStatus(token)).toStrictEqual(record);
  });

  it('is nothing before the first status', () => {
    expect(recordInStatus(anAccessServiceToken())).toStrictEqual({});
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findNextTime } from '../../src/adapters/cron.ts';

const BERLIN = 'Europe/Berlin';
const SUNDAYS = '0 3 * * SUN';

describe('the next time of a schedule', () => {
  it.each([
    {
      case: 'is in UTC',
      schedule: SUNDAYS,
      timeZone: 'Etc/UTC',
      after: '2026-11-28T00:00:00Z',
      time: '2026-11-29T03:00:00Z',
    },
    {
      case: 'is in winter time',
      schedule: SUNDAYS,
      timeZone: BERLIN,
      after: '2026-11-28T00:00:00Z',
      time: '2026-11-29T02:00:00Z',
    },
    {
      case: 'is in summer time',
      schedule: SUNDAYS,
      timeZone: BERLIN,
      after: '2026-07-01T00:00:00Z',
      time: '2026-07-05T01:00:00Z',
    },
    {
      case: 'is after the given one, never the same',
      schedule: SUNDAYS,
      timeZone: BERLIN,
      after: '2026-11-29T02:00:00Z',
      time: '2026-12-06T02:00:00Z',
    },
    {
      case: 'may be years away',
      schedule: '0 0 29 2 *',
      timeZone: 'Etc/UTC',
      after: '2026-11-28T00:00:00Z',
      time: '2028-02-29T00:00:00Z',
    },
    {
      case: 'takes 0 and 7 as Sunday',
      schedule: '0 3 * * 7',
      timeZone: 'Etc/UTC',
      after: '2026-11-28T00:00:00Z',
      time: '2026-11-29T03:00:00Z',
    },
    {
      case: 'matches either day when both are given',
      schedule: '0 0 13 * FRI',
      timeZone: 'Etc/UTC',
      after: '2026-11-28T00:00:00Z',
      time: '2026-12-04T00:00:00Z',
    },
  ])('$case', ({ schedule, timeZone, after, time }) => {
    expect(findNextTime({ schedule, timeZone }, after)).toEqual({ time });
  });

  it.each([
    {
      case: 'moves to the end of the gap when clocks go forward',
      schedule: '30 2 * * *',
      after: '2026-03-28T12:00:00Z',
      times: ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    },
    {
      case: 'counts once when clocks go back',
      schedule: '30 2 * * *',
      after: '2026-10-24T12:00:00Z',
      times: ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    },
    {
      case: 'is not the second of two equal hours, after a rotation that was late',
      schedule: '30 2 * * *',
      after: '2026-10-25T00:45:00Z',
      times: ['2026-10-26T01:30:00Z'],
    },
    {
      case: 'is every hour that passes when clocks go back',
      schedule: '0 * * * *',
      after: '2026-10-24T23:30:00Z',
      times: ['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
    },
  ])('$case', ({ schedule, after, times }) => {
    const found = times.map((_, index) => findNextTime({ schedule, timeZone: BERLIN }, times[index - 1] ?? after));

    expect(found).toEqual(times.map((time) => ({ time })));
  });

  it('is later than the given one, at a full minute, in every time zone', () => {
    const schedules = fc.tuple(aField(0, 59), aField(0, 23), aField(1, 28), aField(1, 12), aField(0, 7));
    const zones = fc.constantFrom('Etc/UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const days = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(schedules, zones, days, (fields, timeZone, after) => {
        const found = findNextTime({ schedule: fields.join(' '), timeZone }, after.toISOString());
        const time = 'time' in found ? found.time : '';

        expect(Date.parse(time)).toBeGreaterThan(after.getTime());
        expect(time).toMatch(/:00Z$/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a schedule is refused', () => {
  it.each([
    { schedule: '0 0 31 2 *', timeZone: 'Etc/UTC', answer: { field: 'schedule', problem: 'matches no date' } },
    {
      schedule: '61 * * * *',
      timeZone: 'Etc/UTC',
      answer: { field: 'schedule', problem: 'is not a schedule: Invalid value for minute: 61' },
    },
    {
      schedule: '5-1 * * * *',
      timeZone: 'Etc/UTC',
      answer: { field: 'schedule', problem: "is not a schedule: From value is larger than to value: '5-1'" },
    },
    { schedule: SUNDAYS, timeZone: 'Mars/Base', answer: { field: 'timeZone', problem: 'is not a time zone' } },
    { schedule: SUNDAYS, timeZone: '', answer: { field: 'timeZone', problem: 'is not a time zone' } },
  ])('for its $answer.field: $schedule in "$timeZone"', ({ schedule, timeZone, answer }) => {
    expect(findNextTime({ schedule, timeZone }, '2026-11-28T00:00:00Z')).toEqual(answer);
  });

  it.each(['* * * * * *', '* * * *', 'weekly', ''])('if it has not five fields: "%s"', (schedule) => {
    expect(findNextTime({ schedule, timeZone: 'Etc/UTC' }, '2026-11-28T00:00:00Z')).toMatchObject({
      field: 'schedule',
    });
  });
});

function aField(min: number, max: number) {
  return fc.oneof(fc.constant('*'), fc.integer({ min, max }).map(String));
}

import { describe, expect, it } from '@jest/globals';
import { isDue, planNext, scheduleOf, scheduleProblem } from '../../../src/core/tunnel/rotation-schedule.ts';
import { everyHour } from './a-rotating-tunnel.ts';

const SECRET = { credentialsRef: { name: 'cloudflare' } };
const HOURLY = { schedule: '0 * * * *', timeZone: 'Etc/UTC' };
const NEVER = { ...HOURLY, schedule: 'never' };
const NOW = '2026-03-01T10:30:00Z';
const PLANNED = { ...HOURLY, time: '2026-03-01T11:00:00Z' };

it.each([
  { case: 'absent', spec: SECRET, schedule: undefined },
  { case: 'in UTC by default', spec: { ...SECRET, tokenRotation: { schedule: '0 * * * *' } }, schedule: HOURLY },
  {
    case: 'in its time zone',
    spec: { ...SECRET, tokenRotation: { schedule: '0 * * * *', timeZone: 'Europe/Berlin' } },
    schedule: { ...HOURLY, timeZone: 'Europe/Berlin' },
  },
])('the schedule of a Tunnel may be $case', ({ spec, schedule }) => {
  expect(scheduleOf(spec)).toEqual(schedule);
});

describe('the next time', () => {
  it.each([
    { case: 'is planned for a new schedule', schedule: HOURLY, planned: undefined, next: PLANNED },
    {
      case: 'is kept while the schedule stays the same, even if it is past',
      schedule: HOURLY,
      planned: { ...PLANNED, time: '2026-02-28T11:00:00Z' },
      next: { ...PLANNED, time: '2026-02-28T11:00:00Z' },
    },
    { case: 'is unknown if no date matches', schedule: NEVER, planned: PLANNED, next: undefined },
    { case: 'is unknown without a schedule', schedule: undefined, planned: PLANNED, next: undefined },
  ])('$case', ({ schedule, planned, next }) => {
    expect(planNext({ now: NOW, schedule, planned }, everyHour)).toEqual(next);
  });

  it.each([
    { now: '2026-03-01T10:59:59Z', due: false },
    { now: '2026-03-01T11:00:00Z', due: true },
    { now: '2026-03-09T00:00:00Z', due: true },
  ])('has come or not at $now', ({ now, due }) => {
    expect(isDue({ now, schedule: HOURLY, planned: PLANNED })).toBe(due);
    expect(isDue({ now, schedule: NEVER, planned: PLANNED })).toBe(false);
    expect(isDue({ now, schedule: undefined, planned: PLANNED })).toBe(false);
  });
});

describe('a schedule that cannot be followed', () => {
  it.each([
    { case: 'names the field, its value and the remedy', schedule: NEVER, planned: undefined },
    { case: 'is reported although another one was planned', schedule: NEVER, planned: PLANNED },
  ])('$case', ({ schedule, planned }) => {
    expect(scheduleProblem({ now: NOW, schedule, planned }, everyHour)).toBe(
      'spec.tokenRotation.schedule: "never" matches no date. Set five fields (minute, hour, day of month, month, day of week) that a date can match, such as "0 3 * * SUN". Until then the token is rotated only on request',
    );
  });

  it('names its time zone if that is what is wrong', () => {
    const schedule = { ...HOURLY, timeZone: 'Mars/Base' };

    expect(scheduleProblem({ now: NOW, schedule, planned: undefined }, refuseAll)).toBe(
      'spec.tokenRotation.timeZone: "Mars/Base" is not a time zone. Set a name of the IANA database, such as Europe/Berlin. Until then the token is rotated only on request',
    );
  });

  it.each([{ schedule: HOURLY }, { schedule: undefined }])('is none of these: $schedule', ({ schedule }) => {
    expect(scheduleProblem({ now: NOW, schedule, planned: undefined }, everyHour)).toBeUndefined();
  });

  it('is not looked at again once it is planned', () => {
    expect(scheduleProblem({ now: NOW, schedule: HOURLY, planned: PLANNED }, refuseAll)).toBeUndefined();
  });
});

function refuseAll() {
  return { field: 'timeZone', problem: 'is not a time zone' } as const;
}

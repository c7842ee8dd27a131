import { Cron } from 'croner';
import type { FindNextTime, Schedule, ScheduleProblem } from '../core/tunnel/rotation-schedule.ts';

/**
 * The first time of a five-field cron schedule after another time. Where clocks go forward, a time that does not exist
 * becomes the first one after the gap; where they go back, a time that exists twice counts once.
 */
export const findNextTime: FindNextTime = ({ schedule, timeZone }, after) => {
  if (!isTimeZone(timeZone)) return { field: 'timeZone', problem: 'is not a time zone' };
  const cron = parse(schedule, timeZone);
  if ('problem' in cron) return cron;
  const time = cron.nextRun(new Date(after));
  if (time === null) return { field: 'schedule', problem: 'matches no date' };
  return { time: `${time.toISOString().slice(0, 19)}Z` };
};

function isTimeZone(name: Schedule['timeZone']): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Removes the class name with which Croner's messages begin. */
function parse(schedule: string, timezone: string): Cron | ScheduleProblem {
  try {
    return new Cron(schedule, { timezone, mode: '5-part', paused: true });
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(/^CronPattern: |\.$/g, '') : String(error);
    return { field: 'schedule', problem: `is not a schedule: ${why}` };
  }
}

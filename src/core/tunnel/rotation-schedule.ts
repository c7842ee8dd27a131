/** Plans when a schedule rotates the token of a tunnel. All times are RFC 3339 in UTC. */
import type { TunnelSpec } from '../../api/tunnel.gen.ts';

export interface Schedule {
  /** Five-field cron. */
  readonly schedule: string;
  /** Name in the IANA database. */
  readonly timeZone: string;
}

/** The next rotation of a schedule. Stored, so that a time at which the operator was down stays due. */
export interface PlannedRotation extends Schedule {
  readonly time: string;
}

export interface ScheduleProblem {
  readonly field: keyof Schedule;
  readonly problem: string;
}

/** Returns the first time of a schedule after another time. */
export type FindNextTime = (schedule: Schedule, after: string) => { readonly time: string } | ScheduleProblem;

export function scheduleOf({ tokenRotation }: TunnelSpec): Schedule | undefined {
  if (tokenRotation === undefined) return undefined;
  return { schedule: tokenRotation.schedule, timeZone: tokenRotation.timeZone ?? 'Etc/UTC' };
}

export interface ScheduleFacts {
  readonly now: string;
  readonly schedule: Schedule | undefined;
  readonly planned: PlannedRotation | undefined;
}

/** Keeps the planned time of a schedule that has not changed. A new schedule begins now, so it is never due at once. */
export function planNext({ now, schedule, planned }: ScheduleFacts, find: FindNextTime): PlannedRotation | undefined {
  if (schedule === undefined) return undefined;
  if (isPlanFor(planned, schedule)) return planned;
  const found = find(schedule, now);
  return 'time' in found ? { ...schedule, time: found.time } : undefined;
}

/** Why a schedule cannot be followed; `undefined`: it can, or there is none. */
export function scheduleProblem({ now, schedule, planned }: ScheduleFacts, find: FindNextTime): string | undefined {
  if (schedule === undefined || isPlanFor(planned, schedule)) return undefined;
  const found = find(schedule, now);
  if ('time' in found) return undefined;
  const { field, problem } = found;
  return `spec.tokenRotation.${field}: "${schedule[field]}" ${problem}. ${REMEDIES[field]}. Until then the token is rotated only on request`;
}

const REMEDIES: Readonly<Record<keyof Schedule, string>> = {
  schedule:
    'Set five fields (minute, hour, day of month, month, day of week) that a date can match, such as "0 3 * * SUN"',
  timeZone: 'Set a name of the IANA database, such as Europe/Berlin',
};

/** Whether the planned time has come. A plan for another schedule says nothing. */
export function isDue({ now, schedule, planned }: ScheduleFacts): boolean {
  if (schedule === undefined || !isPlanFor(planned, schedule)) return false;
  return Date.parse(now) >= Date.parse(planned.time);
}

function isPlanFor(planned: PlannedRotation | undefined, { schedule, timeZone }: Schedule): planned is PlannedRotation {
  return planned?.schedule === schedule && planned.timeZone === timeZone;
}

/**
 * What is known of the rotations of a service token. It is stored in an annotation of the Secret that holds the token, so
 * that neither a crash nor the loss of a status repeats a rotation.
 */
import type { AccessServiceToken } from '../../api/objects.ts';
import type { AccessServiceTokenStatus } from '../../api/accessservicetoken.gen.ts';
import { ROTATE_TOKEN_ANNOTATION } from '../../api/names.ts';
import { parseSeconds } from '../duration.ts';
import type { PlannedRotation, Schedule } from '../tunnel/rotation-schedule.ts';

export interface TokenRecord {
  /** Value of the annotation that was answered last. */
  readonly handled?: string;
  /** When the secret was rotated last, RFC 3339. */
  readonly lastTime?: string;
  readonly next?: PlannedRotation;
  /** A rotation that may or may not have been carried out, and the value of the annotation that it answers. */
  readonly pending?: { readonly request?: string };
}

/** What a user requests by annotation; each new value is one request. */
export function tokenRequest({ metadata }: AccessServiceToken): string | undefined {
  return metadata.annotations?.[ROTATE_TOKEN_ANNOTATION];
}

export function tokenSchedule({ spec: { rotation } }: AccessServiceToken): Schedule | undefined {
  if (rotation?.schedule === undefined) return undefined;
  return { schedule: rotation.schedule, timeZone: rotation.timeZone ?? 'Etc/UTC' };
}

const DAY_SECONDS = 86_400;

/** How long a new token is valid, and for how long it is extended, as a Go duration. */
export function durationOf({ spec }: AccessServiceToken): string {
  return spec.duration ?? '8760h';
}

/** Until when the former secret stays valid after a rotation, RFC 3339. */
export function endOfFormerSecret({ spec: { rotation } }: AccessServiceToken, now: string): string {
  const seconds = parseSeconds(rotation?.overlap ?? '') ?? DAY_SECONDS;
  return `${new Date(Date.parse(now) + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The record of a Secret that has none, from what the status shows. */
export function recordInStatus({ status }: AccessServiceToken): TokenRecord {
  const { handled, lastTime } = status?.rotation ?? {};
  return { ...(handled === undefined ? {} : { handled }), ...(lastTime === undefined ? {} : { lastTime }) };
}

/** The part of the record that the status shows; `undefined` if there is nothing to show. */
export function shownRecord({ lastTime, next, handled }: TokenRecord): AccessServiceTokenStatus['rotation'] {
  const shown = {
    ...(lastTime === undefined ? {} : { lastTime }),
    ...(next === undefined ? {} : { nextTime: next.time }),
    ...(handled === undefined ? {} : { handled }),
  };
  return Object.keys(shown).length === 0 ? undefined : shown;
}

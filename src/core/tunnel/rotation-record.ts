/**
 * What is known of the rotations of a tunnel's token. It is stored in the credentials Secret, together with the secret
 * that it is about, so that neither a crash nor the loss of the Tunnel's status repeats a rotation.
 */
import { ROTATE_TOKEN_ANNOTATION, ROTATION_HASH_ANNOTATION } from '../../api/names.ts';
import type { Secret, Tunnel } from '../../api/objects.ts';
import type { TunnelStatus } from '../../api/tunnel.gen.ts';
import { decodeBase64 } from '../base64.ts';
import { parseObject } from '../json.ts';
import type { PlannedRotation } from './rotation-schedule.ts';

export const ROTATION_KEY = 'rotation.json';

export interface RotationRecord {
  /** Value of the annotation that was answered last. */
  readonly handled?: string;
  /** When the token was rotated last, RFC 3339. */
  readonly lastTime?: string;
  readonly next?: PlannedRotation;
  readonly pending?: PendingRotation;
  /** Ids of the connectors that were connected when a requested rotation began, until theirs are dropped. */
  readonly former?: readonly string[];
}

/** A new secret that may or may not be in force at Cloudflare. */
export interface PendingRotation {
  readonly tunnelSecret: string;
  /** Value of the annotation that it answers; absent: only the schedule asked for it. */
  readonly request?: string;
  /** Becomes `former` once the secret is in force. */
  readonly connected?: readonly string[];
}

/** What a Tunnel requests by annotation; each new value is one request. */
export function rotationRequest({ metadata }: Tunnel): string | undefined {
  return metadata.annotations?.[ROTATE_TOKEN_ANNOTATION];
}

/** The text that is stored; `undefined` if there is nothing to store. */
export function writeRotation(record: RotationRecord): string | undefined {
  return Object.keys(record).length === 0 ? undefined : JSON.stringify(record);
}

/** The stored record. One that is missing, or that was edited by hand, is replaced by what the status has of it. */
export function readRotation(
  secret: Secret | undefined,
  tunnel: Tunnel,
  hash: (text: string) => string,
): RotationRecord {
  const text = decodeBase64(secret?.data?.[ROTATION_KEY] ?? '');
  const isIntact = secret?.metadata.annotations?.[ROTATION_HASH_ANNOTATION] === hash(text);
  return isIntact ? parseObject(text) : recordIn(tunnel.status?.tokenRotation);
}

function recordIn(status: TunnelStatus['tokenRotation']): RotationRecord {
  const { handled, lastTime } = status ?? {};
  return { ...(handled === undefined ? {} : { handled }), ...(lastTime === undefined ? {} : { lastTime }) };
}

/** The part of the record that the status shows; `undefined` if there is nothing to show. */
export function shownRotation({ lastTime, next, handled }: RotationRecord): TunnelStatus['tokenRotation'] {
  const shown = {
    ...(lastTime === undefined ? {} : { lastTime }),
    ...(next === undefined ? {} : { nextTime: next.time }),
    ...(handled === undefined ? {} : { handled }),
  };
  return Object.keys(shown).length === 0 ? undefined : shown;
}

/** The record of a tunnel that is created with a new secret, which answers a request that was made before. */
export function recordOfNewSecret(record: RotationRecord, request: string | undefined): RotationRecord {
  const { pending: _, former: __, ...others } = record;
  return request === undefined ? others : { ...others, handled: request };
}

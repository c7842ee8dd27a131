/**
 * Decides how the token of a tunnel is rotated, one action at a time. Each action changes the facts, and the next one
 * follows from them, so a rotation goes on wherever it was interrupted:
 *
 * 1. `prepare`: a new secret is stored beside the current one, with the request that it answers.
 * 2. `set`: Cloudflare is told the new secret. From then on no connector can register with the current one.
 * 3. `finish`: the new secret becomes the current one, and its request counts as handled, in one write.
 *
 * Guarantees
 * - Every request is answered by one secret. It is set again only if Cloudflare shows that it is not in force.
 * - The credentials of the connectors change only after Cloudflare has accepted the new secret.
 */
import { sameJson } from '../equal.ts';
import type { PendingRotation, RotationRecord } from './rotation-record.ts';
import { type FindNextTime, type Schedule, type ScheduleFacts, isDue, planNext } from './rotation-schedule.ts';

export interface RotationFacts {
  /** RFC 3339. */
  readonly now: string;
  /** Value of the annotation that requests a rotation. */
  readonly requested: string | undefined;
  readonly schedule: Schedule | undefined;
  readonly record: RotationRecord;
  /** The secret that the connectors have. */
  readonly current: string;
  /** The secret in force at Cloudflare; `undefined`: unknown. */
  readonly inForce: string | undefined;
  /** Connectors run but cannot connect, perhaps because somebody else has replaced the secret. */
  readonly isUncertain: boolean;
  /** Whether all wanted connectors are connected. */
  readonly areConnectorsComplete: boolean;
}

export type RotationAction =
  | { readonly kind: 'none' }
  /** Store the record: the schedule has changed. */
  | { readonly kind: 'plan'; readonly record: RotationRecord }
  /** Make a new secret and store it as pending. */
  | { readonly kind: 'prepare'; readonly request: string | undefined }
  /** Read the secret in force from Cloudflare. */
  | { readonly kind: 'read' }
  | { readonly kind: 'set'; readonly tunnelSecret: string }
  /** Store the secret in force as the current one: it is neither ours nor pending. */
  | { readonly kind: 'adopt'; readonly tunnelSecret: string }
  | { readonly kind: 'finish'; readonly tunnelSecret: string; readonly record: RotationRecord };

export function decideRotation(facts: RotationFacts, find: FindNextTime): RotationAction {
  const { record, requested } = facts;
  if (record.pending !== undefined) return decidePending(facts, record.pending, find);
  const isRequested = requested !== undefined && requested !== record.handled;
  if (isRequested) return { kind: 'prepare', request: requested };
  if (isDue(planOf(facts)) && facts.areConnectorsComplete) return { kind: 'prepare', request: undefined };
  const next = planNext(planOf(facts), find);
  return sameJson(next, record.next) ? decideUncertain(facts) : { kind: 'plan', record: withNext(record, next) };
}

/**
 * Whether a scheduled rotation is due but has to wait, because connectors are missing: one that loses its connection
 * could not come back with the old secret. A request does not wait, because the token may have leaked.
 */
export function isHeldUp(facts: RotationFacts): boolean {
  return isDue(planOf(facts)) && !facts.areConnectorsComplete;
}

/** Somebody else may have rotated the token, or the Secret may come from an old backup. */
function decideUncertain({ isUncertain, current, inForce }: RotationFacts): RotationAction {
  if (inForce === undefined) return { kind: isUncertain ? 'read' : 'none' };
  return inForce === current ? { kind: 'none' } : { kind: 'adopt', tunnelSecret: inForce };
}

function decidePending(
  facts: RotationFacts,
  { tunnelSecret, request, connected }: PendingRotation,
  find: FindNextTime,
): RotationAction {
  if (facts.inForce === undefined) return { kind: 'read' };
  if (facts.inForce !== tunnelSecret) return { kind: 'set', tunnelSecret };
  const { pending: _, ...record } = facts.record;
  const answered = {
    ...record,
    ...(request === undefined ? {} : { handled: request }),
    ...(connected === undefined ? {} : { former: connected }),
    lastTime: facts.now,
  };
  const next = planNext({ ...planOf(facts), planned: undefined }, find);
  return { kind: 'finish', tunnelSecret, record: withNext(answered, next) };
}

function planOf({ now, schedule, record }: RotationFacts): ScheduleFacts {
  return { now, schedule, planned: record.next };
}

function withNext(record: RotationRecord, next: RotationRecord['next']): RotationRecord {
  const { next: _, ...others } = record;
  return next === undefined ? others : { ...others, next };
}

/**
 * Decides what to do about a service token, one action at a time. Each action changes the facts, and the next one follows
 * from them, so the work goes on wherever it was interrupted.
 *
 * Guarantees
 * - There is one token: it is found by its name after a crash. Its secret is shown once, so a token whose secret was lost
 *   gets a new one instead of a successor.
 * - Every request and every time of a schedule is answered. The Secret says what is being answered before Cloudflare is
 *   told, so an interrupted rotation is repeated, and no other.
 */
import { parseSeconds } from '../duration.ts';
import { sameJson } from '../equal.ts';
import { compare } from '../keys.ts';
import { type FindNextTime, type Schedule, isDue, planNext } from '../tunnel/rotation-schedule.ts';
import type { ClientCredentials, RemoteServiceToken } from './remote.ts';
import type { TokenRecord } from './token-record.ts';

export interface TokenFacts {
  /** RFC 3339. */
  readonly now: string;
  /** Value of the annotation that requests a rotation. */
  readonly requested: string | undefined;
  readonly schedule: Schedule | undefined;
  /** How long the token is to be valid. */
  readonly duration: string;
  readonly record: TokenRecord;
  /** What the Secret holds, as the operator wrote it. */
  readonly credentials: ClientCredentials | undefined;
  readonly remote: RemoteServiceToken | undefined;
  /** A token that is not listed does not exist. */
  readonly isAuthoritative: boolean;
}

export type TokenAction =
  | { readonly kind: 'none' }
  /** Whether a token was created is not known yet. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'create'; readonly record: TokenRecord }
  /** Store the record: a rotation is planned, or begins. */
  | { readonly kind: 'store'; readonly credentials: ClientCredentials; readonly record: TokenRecord }
  /** Make a new secret and store it with the record. */
  | { readonly kind: 'rotate'; readonly record: TokenRecord }
  /** Without a duration, Cloudflare counts a year. */
  | { readonly kind: 'extend'; readonly duration: string | undefined };

export function decideToken(facts: TokenFacts, find: FindNextTime): TokenAction {
  const { remote, record, credentials, isAuthoritative } = facts;
  if (remote === undefined)
    return isAuthoritative ? { kind: 'create', record: created(facts, find) } : { kind: 'wait' };
  if (credentials === undefined || credentials.clientId !== remote.clientId || record.pending !== undefined)
    return { kind: 'rotate', record: rotated(facts, find) };
  const { requested } = facts;
  if (requested !== undefined && requested !== record.handled)
    return { kind: 'store', credentials, record: { ...record, pending: { request: requested } } };
  if (isDue(planOf(facts))) return { kind: 'store', credentials, record: { ...record, pending: {} } };
  const next = planNext(planOf(facts), find);
  if (!sameJson(next, record.next)) return { kind: 'store', credentials, record: withNext(record, next) };
  return extension(facts, remote);
}

/** A new token answers a request that was made before. */
function created(facts: TokenFacts, find: FindNextTime): TokenRecord {
  const { pending: _, ...record } = facts.record;
  const { requested } = facts;
  const answered = requested === undefined ? record : { ...record, handled: requested };
  return withNext(answered, planNext(planOf(facts), find));
}

/** A time of the schedule that has come is answered; one that has not stays. */
function rotated(facts: TokenFacts, find: FindNextTime): TokenRecord {
  const { pending, ...record } = facts.record;
  const request = pending?.request;
  const answered = { ...record, ...(request === undefined ? {} : { handled: request }), lastTime: facts.now };
  const plan = planOf(facts);
  return withNext(answered, planNext(isDue(plan) ? { ...plan, planned: undefined } : plan, find));
}

function planOf({ now, schedule, record }: TokenFacts) {
  return { now, schedule, planned: record.next };
}

function withNext(record: TokenRecord, next: TokenRecord['next']): TokenRecord {
  const { next: _, ...others } = record;
  return next === undefined ? others : { ...others, next };
}

const FOREVER = 'forever';

/** What Cloudflare's own refresh extends a token by. */
const YEAR_SECONDS = 8760 * 3600;

const DAY_SECONDS = 86_400;
const MOST_DAYS_BEFORE = 30;

/** How long before its end a token is extended: a third of its life, and at most 30 days. */
export function marginSeconds(duration: string): number {
  return Math.min((parseSeconds(duration) ?? 0) / 3, MOST_DAYS_BEFORE * DAY_SECONDS);
}

/** Time until the token ends, in seconds; infinite: it does not. */
export function secondsLeft({ expiresAt }: RemoteServiceToken, now: string): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : (Date.parse(expiresAt) - Date.parse(now)) / 1000;
}

function extension({ now, duration }: TokenFacts, remote: RemoteServiceToken): TokenAction {
  const seconds = parseSeconds(duration);
  if (!isSameDuration(duration, remote.duration)) return { kind: 'extend', duration };
  if (duration === FOREVER || secondsLeft(remote, now) > marginSeconds(duration)) return { kind: 'none' };
  return { kind: 'extend', duration: seconds === YEAR_SECONDS ? undefined : duration };
}

/** Cloudflare may write `8760h0m0s` for `8760h`. */
function isSameDuration(one: string, other: string): boolean {
  return (parseSeconds(one) ?? FOREVER) === (parseSeconds(other) ?? FOREVER);
}

/** Our token among those of an account: the one that the Secret is for, else the first by id. */
export function ownToken(
  tokens: readonly RemoteServiceToken[],
  name: string,
  clientId: string | undefined,
): RemoteServiceToken | undefined {
  const own = tokens.filter((token) => token.name === name).toSorted((a, b) => compare(a.id, b.id));
  return own.find((token) => token.clientId === clientId) ?? own[0];
}

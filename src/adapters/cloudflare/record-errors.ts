import { APIError } from 'cloudflare/core/error';
import type { BatchRefusal } from '../../core/dns/delivery.ts';
import { ROUTING_CODES, faultsOf, hasCode, isAuthError, sentenceOf } from './errors.ts';

/**
 * 81053, 81054, 81056 (NS), 81057, 81058: there is a record at the name already. 81044: the record to change has gone.
 */
const CLASH_CODES = [81053, 81054, 81056, 81057, 81058, 81044] as const;

/** The record quota of the zone would be exceeded. */
const FULL_CODE = 81045;

/** Statuses that say nothing about a record: something is missing or locked, too slow, or rate-limited. */
const NOT_ABOUT_RECORDS: ReadonlySet<number> = new Set([404, 408, 409, 429]);

/** Why Cloudflare does not take a batch; `undefined`: the failure is about something other than its records. */
export function batchRefusal(error: unknown): BatchRefusal | undefined {
  if (!(error instanceof APIError)) return undefined;
  const message = sentenceOf(error);
  if (hasCode(error, ...CLASH_CODES)) return { kind: 'clash', message };
  if (hasCode(error, FULL_CODE)) return { kind: 'full', message };
  return isAboutRecord(error) ? { kind: 'refused', message } : undefined;
}

/** An unknown error code of the API counts as one about a record; an error page of a proxy has no code. */
function isAboutRecord(error: APIError): boolean {
  const status = error.status ?? 0;
  if (status < 400 || status >= 500 || NOT_ABOUT_RECORDS.has(status)) return false;
  return !isAuthError(error) && faultsOf(error).length > 0 && !hasCode(error, ...ROUTING_CODES);
}

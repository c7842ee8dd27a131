import { APIError } from 'cloudflare/core/error';
import type { BatchRefusal } from '../../../core/dns/delivery.ts';
import { ROUTING_CODES, faultsOf, hasCode, isAuthError, sentenceOf } from '../calls/errors.ts';

/** 81053, 81054, 81056 (NS), 81057, 81058: the name already has a record. 81044: the record to change is gone. */
const CLASH_CODES = [81053, 81054, 81056, 81057, 81058, 81044] as const;

/** The zone's record quota would be exceeded. */
const FULL_CODE = 81045;

/** Statuses that say nothing about a record: not found, timeout, locked, too many requests. */
const NOT_ABOUT_RECORDS: ReadonlySet<number> = new Set([404, 408, 409, 429]);

/** Why Cloudflare refuses a batch; `undefined`: the failure is not about its records. */
export function batchRefusal(error: unknown): BatchRefusal | undefined {
  if (!(error instanceof APIError)) return undefined;
  const message = sentenceOf(error);
  if (hasCode(error, ...CLASH_CODES)) return { kind: 'clash', message };
  if (hasCode(error, FULL_CODE)) return { kind: 'full', message };
  return isAboutRecord(error) ? { kind: 'refused', message } : undefined;
}

/** An unknown error code counts as one about a record. An error page of a proxy has no code. */
function isAboutRecord(error: APIError): boolean {
  const status = error.status ?? 0;
  if (status < 400 || status >= 500 || NOT_ABOUT_RECORDS.has(status)) return false;
  return !isAuthError(error) && faultsOf(error).length > 0 && !hasCode(error, ...ROUTING_CODES);
}

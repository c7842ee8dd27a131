import { APIConnectionError, APIError, APIUserAbortError } from 'cloudflare/core/error';
import { OperatorError } from '../../../runtime/errors.ts';
import { retryAfterMs } from './retry-after.ts';
import { NoAnswerError } from './transport.ts';

/** Codes for wrong credentials or a missing permission. Only another call tells which of the two it is. */
const AUTH_CODES = new Set([6003, 9103, 9106, 9109, 10000, 10001]);

/**
 * Matches tunnel secrets (32 bytes in base64), API tokens (40 characters or more) and keys (37), but neither ids (32) nor
 * UUIDs (36): credentials that an answer quotes must not get into a condition.
 */
const SECRET_FORM = /[A-Za-z0-9+/]{43}=|[A-Za-z0-9_-]{37,}/g;

export interface RemoteFault {
  readonly code: number;
  readonly message: string;
}

/** The entries of an error answer, including chained ones. */
export function faultsOf(error: APIError): readonly RemoteFault[] {
  return readFaults(error.errors.length > 0 ? error.errors : Reflect.get(Object(error.error), 'errors'));
}

function readFaults(list: unknown): readonly RemoteFault[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const { code, message, error_chain: chain } = Object(entry) as Record<string, unknown>;
    if (typeof code !== 'number') return [];
    const text = typeof message === 'string' ? message.replace(SECRET_FORM, '(redacted)') : '';
    return [{ code, message: text }, ...readFaults(chain)];
  });
}

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof APIError && faultsOf(error).some((fault) => codes.includes(fault.code));
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof APIError && error.status === status;
}

/** Cloudflare cannot route the path at the moment. That says nothing about the object it names. */
export const ROUTING_CODES = [7000, 7003] as const;

/** Whether the object does not exist, rather than the route to it. */
export function isGone(error: unknown): boolean {
  return hasStatus(error, 404) && !hasCode(error, ...ROUTING_CODES);
}

/** Whether a failed request may have been carried out: there was no answer, or not one from the API itself. */
export function isUnanswered(error: unknown): boolean {
  const status = error instanceof APIError ? Number(error.status ?? 0) : 0;
  return status < 400 || status >= 500 || status === 408;
}

/** Whether an error is about the credentials or their permissions. */
export function isAuthError(error: unknown): error is APIError {
  if (!(error instanceof APIError)) return false;
  return error.status === 401 || error.status === 403 || (error.status === 400 && hasCode(error, ...AUTH_CODES));
}

/** Translates a failed call. Messages contain no request ids. */
export function asOperatorError(error: unknown, doing: string): unknown {
  if (error instanceof APIUserAbortError || !(error instanceof APIError)) return error;
  if (error instanceof APIConnectionError)
    return new OperatorError('CloudflareUnreachable', 'retry', `Cannot ${doing}: ${noAnswer(error)}`, {
      cause: error,
    });
  const status = Number(error.status);
  const message = `Cannot ${doing}: ${sentenceOf(error)}`;
  if (status === 429) {
    const pauseMs = retryAfterMs(error.headers?.get('retry-after'));
    return new OperatorError('RateLimited', 'retry', message, { cause: error, retryAfterMs: pauseMs });
  }
  // 409: nothing of ours conflicts here, so somebody else holds a lock for a moment.
  if (status >= 500 || status === 408 || status === 409)
    return new OperatorError('CloudflareUnavailable', 'retry', message, { cause: error });
  return new OperatorError('CloudflareRefused', 'stall', message, { cause: error });
}

function noAnswer({ cause }: APIConnectionError): string {
  const why = cause instanceof NoAnswerError ? `: ${cause.message}` : '';
  return `no answer from the Cloudflare API${why}`;
}

export function sentenceOf(error: APIError): string {
  const faults = faultsOf(error).map(({ code, message }) => `${message.replace(/\.$/, '')} (code ${code})`);
  return faults.length > 0 ? faults.join('; ') : `Cloudflare answered HTTP ${error.status}`;
}

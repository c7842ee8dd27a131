import { APIConnectionError, APIError, APIUserAbortError } from 'cloudflare/core/error';
import { OperatorError } from '../../runtime/errors.ts';
import { NoAnswerError } from './transport.ts';

/** Longest pause we grant a `Retry-After`: the rate window is five minutes. */
const MAX_RETRY_AFTER_MS = 300_000;

/** Codes of an answer that says no to who we are or to what we may do; which of the two takes another call. */
const AUTH_CODES = new Set([6003, 9103, 9106, 9109, 10000, 10001]);

/**
 * Covers API tokens (40 characters and more) and keys (37), but neither ids (32) nor UUIDs (36): should an answer quote
 * our credentials, they must not come into a condition.
 */
const SECRET_FORM = /[A-Za-z0-9_-]{37,}/g;

export interface RemoteFault {
  readonly code: number;
  readonly message: string;
}

/** The entries of an error answer, chained ones included, in Cloudflare's words. */
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

/** Answers to a path that leads nowhere at the moment: they say nothing about what it names. */
export const ROUTING_CODES = [7000, 7003] as const;

/** Whether what was asked for is known not to exist, and not only the way to it. */
export function isGone(error: unknown): boolean {
  return hasStatus(error, 404) && !hasCode(error, ...ROUTING_CODES);
}

/** Whether a request may have been carried out although it failed: there was no answer, or none of the API itself. */
export function isUnanswered(error: unknown): boolean {
  const status = error instanceof APIError ? Number(error.status ?? 0) : 0;
  return status < 400 || status >= 500 || status === 408;
}

/** Whether an error is about the credentials or their rights. */
export function isAuthError(error: unknown): error is APIError {
  if (!(error instanceof APIError)) return false;
  return error.status === 401 || error.status === 403 || (error.status === 400 && hasCode(error, ...AUTH_CODES));
}

/** The only place that knows what a Cloudflare answer means to the operator. Messages carry no request ids. */
export function asOperatorError(error: unknown, doing: string): unknown {
  if (error instanceof APIUserAbortError || !(error instanceof APIError)) return error;
  if (error instanceof APIConnectionError)
    return new OperatorError('CloudflareUnreachable', 'retry', `Cannot ${doing}: ${silenceOf(error)}`, {
      cause: error,
    });
  const status = Number(error.status);
  const message = `Cannot ${doing}: ${sentenceOf(error)}`;
  if (status === 429) {
    const seconds = Number(error.headers?.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : 30_000;
    return new OperatorError('RateLimited', 'retry', message, { cause: error, retryAfterMs });
  }
  // 409 where nothing of ours can clash: somebody else holds a lock for a moment.
  if (status >= 500 || status === 408 || status === 409)
    return new OperatorError('CloudflareUnavailable', 'retry', message, { cause: error });
  return new OperatorError('CloudflareRefused', 'stall', message, { cause: error });
}

function silenceOf({ cause }: APIConnectionError): string {
  const why = cause instanceof NoAnswerError ? `: ${cause.message}` : '';
  return `no answer from the Cloudflare API${why}`;
}

export function sentenceOf(error: APIError): string {
  const faults = faultsOf(error).map(({ code, message }) => `${message.replace(/\.$/, '')} (code ${code})`);
  return faults.length > 0 ? faults.join('; ') : `Cloudflare answered HTTP ${error.status}`;
}

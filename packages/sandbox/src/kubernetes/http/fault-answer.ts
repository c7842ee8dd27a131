import { ApiError } from '../status-error.ts';
import { type Answer, json } from './answer.ts';
import type { FaultEffect } from './faults.ts';

/** The answer of a fault that replaces the request, or undefined if the request runs. */
export function faultAnswer(fault: FaultEffect | undefined): Answer | undefined {
  if (fault?.kind === 'html') return htmlPage(fault.status);
  if (fault?.kind !== 'status') return undefined;
  const { status, message = 'injected by the sandbox', retryAfterSeconds } = fault;
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) };
  return json(status, new ApiError(status, REASONS[status] ?? 'InternalError', message, details).toStatus(), headers);
}

function htmlPage(status: number): Answer {
  return { status, contentType: 'text/html', body: `<html><head><title>${status}</title></head></html>` };
}

const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

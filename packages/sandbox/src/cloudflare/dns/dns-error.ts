import { ApiError, refusal } from '../http/api-error.ts';
import type { Assumptions } from '../assumptions.ts';

/** A validation error of the DNS endpoints. Older responses nest the code in a 1004. */
export function dnsError(assumptions: Assumptions, code: number, message: string): ApiError {
  if (assumptions.dnsErrorShape === 'direct') return refusal(400, code, message);
  return new ApiError(400, [{ code: 1004, message: 'DNS Validation Error', error_chain: [{ code, message }] }]);
}

export function recordMissing(): ApiError {
  return refusal(404, 81044, 'Record does not exist.');
}

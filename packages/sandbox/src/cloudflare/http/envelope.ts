import type { ErrorItem } from './api-error.ts';
import type { Reply } from './endpoint.ts';

/** The body of a success, with the keys in Cloudflare's order. */
export function successEnvelope(reply: Extract<Reply, { kind: 'json' }>): Record<string, unknown> {
  return {
    result: reply.result,
    success: true,
    errors: [],
    messages: reply.messages ?? [],
    ...(reply.page === undefined ? {} : { result_info: reply.page }),
  };
}

/** The body of an error. */
export function failureEnvelope(errors: readonly ErrorItem[]): Record<string, unknown> {
  return { result: null, success: false, errors, messages: [] };
}

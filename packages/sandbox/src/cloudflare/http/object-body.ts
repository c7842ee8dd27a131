import { refusal } from './api-error.ts';
import type { Call } from './endpoint.ts';

/** Reads a request body that must be a JSON object. */
export function objectBody({ body }: Pick<Call, 'body'>): Readonly<Record<string, unknown>> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject) throw refusal(400, 6007, 'Request body must be a JSON object'); // Assumption: code and message
  return { ...body };
}

import type { JsonObject } from '../json.ts';
import { ApiError } from '../status-error.ts';

/** A complete response that is not sent yet. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** A response with serialized JSON. */
export function jsonText(status: number, body: string, headers?: Answer['headers']): Answer {
  return { status, contentType: 'application/json', body: `${body}\n`, ...(headers === undefined ? {} : { headers }) };
}

export function json(status: number, body: JsonObject, headers?: Answer['headers']): Answer {
  return jsonText(status, JSON.stringify(body), headers);
}

export function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

/** The response for a path outside the API, for which the real server does not send a Status. */
export function pageNotFound(): Answer {
  return plainText(404, '404 page not found\n');
}

/** The response for a thrown error. Anything but an `ApiError` is reported as a bug of the emulator. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) return json(error.code, error.toStatus());
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return json(500, new ApiError(500, 'InternalError', `Internal error occurred: ${message}`).toStatus());
}

import type { JsonObject } from '../json.ts';
import { ApiError } from '../status-error.ts';

/** A complete response, not yet sent. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** JSON that is already text. */
export function jsonText(status: number, body: string, headers?: Answer['headers']): Answer {
  return { status, contentType: 'application/json', body: `${body}\n`, ...(headers === undefined ? {} : { headers }) };
}

/** JSON. */
export function json(status: number, body: JsonObject, headers?: Answer['headers']): Answer {
  return jsonText(status, JSON.stringify(body), headers);
}

/** Plain text, such as logs and health checks. */
export function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

/** The answer to a path under which nothing was ever served; the real server does not send a Status here. */
export function pageNotFound(): Answer {
  return plainText(404, '404 page not found\n');
}

/** The response to a thrown error. Anything but an `ApiError` is reported as a defect of the emulator. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) return json(error.code, error.toStatus());
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return json(500, new ApiError(500, 'InternalError', `Internal error occurred: ${message}`).toStatus());
}

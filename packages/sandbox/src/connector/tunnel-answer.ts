import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import {
  encodeResponseHeaders,
  type Header,
  RESPONSE_HEADERS,
  RESPONSE_META,
  type ResponseMeta,
} from '../edge/wire/response-headers.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly src: ResponseMeta['src'];
}

export interface AnswerOptions {
  /** The response has no body. */
  readonly endStream?: boolean;
  /** Trailers follow the body. */
  readonly waitForTrailers?: boolean;
}

/** Starts the response to a request. Returns false when the edge has cancelled the request. */
export function beginAnswer(stream: ServerHttp2Stream, head: AnswerHead, options: AnswerOptions = {}): boolean {
  if (stream.destroyed || stream.headersSent) return false;
  stream.respond(headersOf(head), options);
  return true;
}

/** Responds with an error of the connector itself. */
export function answerItself(stream: ServerHttp2Stream, status: number): void {
  beginAnswer(stream, { status, headers: [], src: 'cloudflared' }, { endStream: true });
}

/** Handles a failure of the origin: responds with 502, or aborts a response that has already started. */
export function failAnswer(stream: ServerHttp2Stream): void {
  if (stream.headersSent) stream.destroy();
  else answerItself(stream, 502);
}

function headersOf({ status, headers, src }: AnswerHead): OutgoingHttpHeaders {
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return {
    ':status': isCarried(status) ? status : 502,
    [RESPONSE_META]: JSON.stringify({ src }),
    [RESPONSE_HEADERS]: encodeResponseHeaders(headers),
    ...(length !== undefined && { 'content-length': length }),
  };
}

/** Node's HTTP/2 cannot send other final statuses. cloudflared could. */
function isCarried(status: number): boolean {
  return status >= 200 && status <= 599;
}

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
  /** Nothing follows. */
  readonly endStream?: boolean;
  /** Trailers follow the body. */
  readonly waitForTrailers?: boolean;
}

/** Begins the answer to a request. Returns false when the edge no longer wants one. */
export function beginAnswer(stream: ServerHttp2Stream, head: AnswerHead, options: AnswerOptions = {}): boolean {
  if (stream.destroyed || stream.headersSent) return false;
  stream.respond(headersOf(head), options);
  return true;
}

/** The connector's own word that there is no answer. */
export function answerItself(stream: ServerHttp2Stream, status: number): void {
  beginAnswer(stream, { status, headers: [], src: 'cloudflared' }, { endStream: true });
}

/** What becomes of a request whose origin has failed: 502, or a cut when the answer has already begun. */
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

/** Node's HTTP/2 sends no final status beyond these; cloudflared would. */
function isCarried(status: number): boolean {
  return status >= 200 && status <= 599;
}

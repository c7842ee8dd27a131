import type { IncomingMessage } from 'node:http';
import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from 'node:http2';
import type { EdgeAssumptions } from '../assumptions.ts';
import type { EdgeConnection } from '../tunnel-registry.ts';

/** The headers of an answer as the connector sends them. */
export interface TunnelAnswer {
  readonly [name: string]: number | string | string[] | undefined;
  readonly ':status'?: number | undefined;
}

/** What happens to a visitor's request on its way through a tunnel. Exactly one of the first three, once. */
export interface Passage {
  /** No connection takes the request. */
  noConnection(): void;
  /** A connection has, and was lost before it brought an answer. */
  lost(): void;
  answered(stream: ClientHttp2Stream, answer: TunnelAnswer): void;
  /** A connection has taken the request: time to send the body. */
  opened?(stream: ClientHttp2Stream): void;
}

export interface PassageOptions {
  readonly request: IncomingMessage;
  readonly headers: OutgoingHttpHeaders;
  /** Whether anything follows the headers, from the visitor's side. */
  readonly hasBody: boolean;
  /** In the order in which to try them. */
  readonly connections: readonly EdgeConnection[];
  readonly assumptions: EdgeAssumptions;
}

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sends a request through the first connection that takes it, and through another when that is safe. */
export function sendThrough(options: PassageOptions, passage: Passage): void {
  const { connections, headers, hasBody, request } = options;
  const [connection, ...others] = connections;
  if (connection === undefined) return passage.noConnection();
  const sendElsewhere = (): void => sendThrough({ ...options, connections: others }, passage);
  const stream = connection.open(headers, { endStream: !hasBody });
  if (stream === undefined) return sendElsewhere();
  let isAnswered = false;
  stream.once('response', (answer) => {
    isAnswered = true;
    passage.answered(stream, answer);
  });
  stream.on('error', () => undefined); // the close that follows tells
  stream.once('close', () => {
    if (isAnswered) return;
    if (!request.destroyed && others.length > 0 && mayRepeat(stream, options)) sendElsewhere();
    else passage.lost();
  });
  passage.opened?.(stream);
}

/** A refused stream was never seen by the connector, but a body that is half sent cannot be sent again. */
function mayRepeat(stream: ClientHttp2Stream, { request, hasBody, assumptions }: PassageOptions): boolean {
  if (hasBody) return false;
  if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return true;
  return assumptions.lostRequests === 'repeated' && REPEATABLE.has(request.method ?? '');
}

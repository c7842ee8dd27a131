import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from 'node:http2';
import type { EdgeAssumptions } from '../assumptions.ts';
import type { EdgeConnection } from '../tunnel-registry.ts';

/** The response headers from the connector. */
export interface TunnelAnswer {
  readonly [name: string]: number | string | string[] | undefined;
  readonly ':status'?: number | undefined;
}

/** The handlers of a request through a tunnel. Exactly one of the first three is called, once. */
export interface ExchangeHandlers {
  /** No connection accepts the request. */
  noConnection(): void;
  /** The connection that accepted the request was lost before it returned an answer. */
  lost(): void;
  answered(stream: ClientHttp2Stream, answer: TunnelAnswer): void;
  /** A connection has accepted the request, and the body can be sent. */
  opened?(stream: ClientHttp2Stream): void;
}

/** What matters of a visitor's request, whatever its version of HTTP. */
export interface VisitorRequest {
  readonly method?: string | undefined;
  /** Whether the visitor has gone. */
  readonly destroyed: boolean;
}

export interface ExchangeOptions {
  readonly request: VisitorRequest;
  readonly headers: OutgoingHttpHeaders;
  /** Whether the visitor sends a body. */
  readonly hasBody: boolean;
  /** In the order in which they are tried. */
  readonly connections: readonly EdgeConnection[];
  readonly assumptions: EdgeAssumptions;
}

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sends a request through the first connection that accepts it, and retries on another one if that is safe. */
export function sendThrough(options: ExchangeOptions, handlers: ExchangeHandlers): void {
  const { connections, headers, hasBody, request } = options;
  const [connection, ...others] = connections;
  if (connection === undefined) return handlers.noConnection();
  const sendElsewhere = (): void => sendThrough({ ...options, connections: others }, handlers);
  const stream = connection.open(headers, { endStream: !hasBody });
  if (stream === undefined) return sendElsewhere();
  let isAnswered = false;
  stream.once('response', (answer) => {
    isAnswered = true;
    handlers.answered(stream, answer);
  });
  stream.on('error', () => undefined); // reported by the close event
  stream.once('close', () => {
    if (isAnswered) return;
    if (!request.destroyed && others.length > 0 && mayRepeat(stream, options)) sendElsewhere();
    else handlers.lost();
  });
  handlers.opened?.(stream);
}

/** A connector never processes a refused stream, but a partly sent body cannot be sent again. */
function mayRepeat(stream: ClientHttp2Stream, { request, hasBody, assumptions }: ExchangeOptions): boolean {
  if (hasBody) return false;
  if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return true;
  return assumptions.lostRequests === 'repeated' && REPEATABLE.has(request.method ?? '');
}

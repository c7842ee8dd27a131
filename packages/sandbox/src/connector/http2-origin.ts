import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Header } from '../edge/wire/response-headers.ts';
import type { Origin } from './origin.ts';
import { isPackedUnasked, originHeaders, withoutPacking } from './origin-headers.ts';
import { proxyToOrigin } from './origin-proxy.ts';
import { passBody } from './relay-answer.ts';
import { beginAnswer, failAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

/** The HTTP/2 connection of a rule with `http2Origin`. All its requests share it, and therefore one Pod. */
export class Http2Origin {
  #session: Promise<ClientHttp2Session | undefined> | undefined;

  /** Undefined if the origin does not support HTTP/2. HTTP/1.1 is used then. */
  session(origin: Origin, publicName: string): Promise<ClientHttp2Session | undefined> {
    this.#session ??= this.#open(origin, publicName);
    return this.#session;
  }

  close(): void {
    void this.#session?.then(
      (session) => session?.close(),
      () => undefined,
    );
  }

  async #open({ agent, host, port }: Origin, publicName: string): Promise<ClientHttp2Session | undefined> {
    try {
      const socket = await agent.open(host, port, publicName, ['h2', 'http/1.1']);
      if (isHttp2(socket)) return this.#adopt(socket, `https://${host}:${port}`);
      socket.destroy();
      return undefined;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  #adopt(socket: Socket, url: string): ClientHttp2Session {
    const session = connect(url, { createConnection: () => socket });
    const forget = () => {
      this.#session = undefined;
    };
    session.on('error', forget).on('goaway', forget).on('close', forget);
    return session;
  }
}

/** Sends one request over HTTP/2, or over HTTP/1.1 to an origin without HTTP/2. */
export async function proxyToHttp2Origin(
  request: TunnelRequest,
  origin: Origin,
  http2: Http2Origin,
  onFailure: (reason: string) => void,
): Promise<void> {
  try {
    const session = await http2.session(origin, request.host);
    if (session === undefined) proxyToOrigin(request, origin, onFailure);
    else exchange(request, session.request(requestHeaders(request, origin)), onFailure);
  } catch (error) {
    onFailure((error as Error).message);
    failAnswer(request.stream);
  }
}

function exchange(request: TunnelRequest, upstream: ClientHttp2Stream, onFailure: (reason: string) => void): void {
  const { stream, method, isBodyless } = request;
  let trailers: IncomingHttpHeaders = {};
  upstream.once('trailers', (received) => {
    trailers = received;
  });
  upstream.once('response', ({ ':status': status = 502, ...headers }) => {
    const isPacked = isPackedUnasked(request, headers);
    const pairs = isPacked ? withoutPacking(pairsOf(headers)) : pairsOf(headers);
    const head = { status, headers: pairs, src: 'origin' } as const;
    const endStream = method === 'HEAD' || upstream.endAfterHeaders;
    if (!beginAnswer(stream, head, { endStream, waitForTrailers: !endStream }) || endStream) return;
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    passBody(upstream, stream, isPacked);
  });
  upstream.once('error', (error) => {
    if (stream.destroyed) return;
    onFailure(error.message);
    failAnswer(stream);
  });
  stream.once('close', () => upstream.close());
  if (isBodyless) upstream.end();
  else pipeline(stream, upstream, () => undefined);
}

function requestHeaders(request: TunnelRequest, origin: Origin): Record<string, string | string[] | undefined> {
  const { Host: host, ...headers } = originHeaders(request, origin);
  return {
    ...headers,
    ':method': request.method,
    ':path': request.url,
    ':authority': String(host),
    ':scheme': 'https',
  };
}

function pairsOf(headers: IncomingHttpHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') ? [] : [value ?? []].flat().map((one) => [name, one] as const),
  );
}

function isHttp2(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.alpnProtocol === 'h2';
}

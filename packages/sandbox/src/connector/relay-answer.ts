import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { answerHeaders, headerPairs, isPackedUnasked, withoutPacking } from './origin-headers.ts';
import { beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

/** Passes an origin's answer on. */
export function relayAnswer(answer: IncomingMessage, request: TunnelRequest): void {
  const { method, stream } = request;
  const status = answer.statusCode ?? 502;
  const isPacked = isPackedUnasked(request, answer.headers);
  const headers = isPacked ? withoutPacking(answerHeaders(answer)) : answerHeaders(answer);
  const endStream = method === 'HEAD' || status === 204 || status === 304;
  const waitForTrailers = !endStream && (isPacked || answer.headers['content-length'] === undefined);
  if (!beginAnswer(stream, { status, headers, src: 'origin' }, { endStream, waitForTrailers })) {
    answer.destroy();
    return;
  }
  if (endStream) {
    answer.resume();
    return;
  }
  stream.once('wantTrailers', () => stream.sendTrailers(answer.trailers));
  passBody(answer, stream, isPacked);
}

/** Either end going away destroys the other. */
export function passBody(from: Readable, to: ServerHttp2Stream, isPacked: boolean): void {
  const unpacked = isPacked ? pipeline(from, createGunzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined) : from;
  pipeline(unpacked, to, () => undefined);
}

/** Joins visitor and origin when the origin switches protocols. A 101 has no place in HTTP/2: the edge reads the headers. */
export function relayUpgrade(answer: IncomingMessage, { socket, head }: Switched, { stream }: TunnelRequest): void {
  const headers = headerPairs(answer.rawHeaders);
  if (!beginAnswer(stream, { status: 200, headers, src: 'origin' })) {
    socket.destroy();
    return;
  }
  if (head.length > 0) stream.write(head);
  pipeline(socket, stream, () => socket.destroy());
  pipeline(stream, socket, () => stream.destroy());
}

/** What is left of a connection once it no longer speaks HTTP. */
export interface Switched {
  readonly socket: Duplex;
  readonly head: Buffer;
}

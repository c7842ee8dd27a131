import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { answerHeaders, headerPairs, isPackedUnasked, withoutPacking } from './origin-headers.ts';
import { beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

/** Forwards the response of an origin. */
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

/** If one stream is destroyed, so is the other. */
export function passBody(from: Readable, to: ServerHttp2Stream, isPacked: boolean): void {
  const unpacked = isPacked ? pipeline(from, createGunzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined) : from;
  pipeline(unpacked, to, () => undefined);
}

/**
 * Connects visitor and origin after a protocol switch. HTTP/2 does not allow status 101, so the edge reads it from the
 * headers.
 */
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

/** A connection after the switch from HTTP. */
export interface Switched {
  readonly socket: Duplex;
  readonly head: Buffer;
}

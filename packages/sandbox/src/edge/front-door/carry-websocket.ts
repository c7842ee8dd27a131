import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Upgrade, UPGRADE_HEADER } from '../wire/request-kind.ts';
import type { Header } from '../wire/response-headers.ts';
import { relay } from './carry-request.ts';
import { sendBadGateway, sendNoConnection } from './error-page.ts';
import { type ExchangeOptions, sendThrough, type TunnelAnswer } from './exchange.ts';
import { originHeaders, valueOf, visitorHeaders } from './visitor-headers.ts';

export interface WebSocketVisit extends Omit<ExchangeOptions, 'hasBody' | 'request'> {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** Bytes that the visitor sent right after the headers. */
  readonly head: Buffer;
  readonly ray: string;
}

/** Forwards a WebSocket through a tunnel. An origin may decline with an ordinary response. */
export function carryWebSocket({ socket, head, ray, ...options }: WebSocketVisit): void {
  const headers = { ...options.headers, [UPGRADE_HEADER]: Upgrade.websocket };
  const refused = (send: (response: ServerResponse) => void): void => send(answerOn(socket, options.request));
  sendThrough(
    { ...options, headers, hasBody: true },
    {
      noConnection: () => refused((response) => sendNoConnection(response, ray)),
      lost: () => refused((response) => sendBadGateway(response, ray)),
      opened: (stream) => socket.once('close', () => stream.close(constants.NGHTTP2_CANCEL)),
      answered: (stream, answer) => {
        if (isAccepted(answer)) join(stream, answer, socket, { head, ray });
        else refused((response) => relay(stream, answer, response, ray));
      },
    },
  );
}

/** An ordinary HTTP response to an upgrade request. The connection is closed after it. */
export function answerOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  return response;
}

/** A tunnel carries 101 Switching Protocols as 200, with the handshake in the encoded headers. */
function isAccepted(answer: TunnelAnswer): boolean {
  return answer[':status'] === 200 && valueOf(originHeaders(answer), 'sec-websocket-accept') !== undefined;
}

function join(
  stream: ClientHttp2Stream,
  answer: TunnelAnswer,
  socket: Socket,
  { head, ray }: { readonly head: Buffer; readonly ray: string },
): void {
  const headers: Header[] = [...visitorHeaders(answer, ray), ['Connection', 'Upgrade'], ['Upgrade', 'websocket']];
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  stream.write(head);
  passOn(stream, socket);
  passOn(socket, stream);
}

/** Ends each direction separately. A broken stream destroys the other one. */
function passOn(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.once('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Upgrade, UPGRADE_HEADER } from '../wire/request-kind.ts';
import type { Header } from '../wire/response-headers.ts';
import { relay } from './carry-request.ts';
import { sendBadGateway, sendNoConnection } from './error-page.ts';
import { type PassageOptions, sendThrough, type TunnelAnswer } from './passage.ts';
import { originHeaders, valueOf, visitorHeaders } from './visitor-headers.ts';

export interface WebSocketVisit extends Omit<PassageOptions, 'hasBody'> {
  readonly socket: Socket;
  /** What the visitor has sent after the headers already. */
  readonly head: Buffer;
  readonly ray: string;
}

/** Carries a WebSocket through a tunnel. An origin that declines answers as to any other request. */
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

/** An ordinary HTTP answer on a connection that was to become a WebSocket; the connection ends with it. */
export function answerOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  return response;
}

/** Switching protocols travels as 200, with the handshake among the packed headers. */
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

/** Each direction ends by itself; a stream that breaks takes the other along. */
function passOn(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.once('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

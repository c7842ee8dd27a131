import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { createWebSocketStream, WebSocket } from 'ws';
import type { Header } from '../edge/wire/response-headers.ts';
import { answerItself, beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Carries a TCP connection in binary WebSocket frames, for `cloudflared access tcp`: services `tcp`, `ssh`, `rdp`,
 * `smb` and others. A request without an upgrade gets an empty 200 if the service is reachable.
 */
export async function carryTcp(
  request: TunnelRequest,
  dial: () => Promise<Socket>,
  onFailure: (reason: string) => void,
): Promise<void> {
  const { stream, headers, isWebSocket } = request;
  const key = isWebSocket ? headers['sec-websocket-key'] : undefined;
  try {
    const socket = await dial();
    const accepted = key === undefined ? [] : acceptance(key);
    const head = { status: 200, headers: accepted, src: 'origin' } as const;
    const isOpen = beginAnswer(stream, head, { endStream: key === undefined }) && key !== undefined;
    if (isOpen) join(request, socket);
    else socket.destroy();
  } catch (error) {
    onFailure((error as Error).message);
    answerItself(stream, 502);
  }
}

/** Connects the two until one of them ends. */
function join({ stream }: TunnelRequest, socket: Socket): void {
  const visitor = createWebSocketStream(webSocketOn(stream));
  pipeline(visitor, socket, () => visitor.destroy());
  pipeline(socket, visitor, () => socket.destroy());
}

/** A longer message closes the connection. `cloudflared access` sends 16 KiB at a time. */
const MAX_PAYLOAD = 16 * 1024 * 1024;

/** The constructor that the server of `ws` uses, which its types omit. */
type ServerSideWebSocket = new (
  address: null,
  protocols: undefined,
  options: { readonly autoPong: boolean },
) => WebSocket & { setSocket(stream: Duplex, head: Buffer, options: { readonly maxPayload: number }): void };

/** The server side of a WebSocket after its handshake, which `ws` cannot do because it went through HTTP/2. */
function webSocketOn(stream: Duplex): WebSocket {
  const webSocket = new (WebSocket as unknown as ServerSideWebSocket)(null, undefined, { autoPong: true });
  webSocket.setSocket(stream, Buffer.alloc(0), { maxPayload: MAX_PAYLOAD });
  return webSocket;
}

function acceptance(key: string): Header[] {
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return [
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', accept],
    ['Upgrade', 'websocket'],
  ];
}

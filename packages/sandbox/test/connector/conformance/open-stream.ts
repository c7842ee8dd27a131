import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http2';
import { UPGRADE_HEADER } from '../../../src/edge/wire/request-kind.ts';
import { decodeResponseHeaders, RESPONSE_HEADERS } from '../../../src/edge/wire/response-headers.ts';
import type { Running } from './subjects.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** What a server answers to the key of `WEB_SOCKET`. */
export const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** The headers of a WebSocket. */
export const WEB_SOCKET = { [UPGRADE_HEADER]: 'websocket', 'sec-websocket-key': KEY };

/** A masked frame of up to 125 bytes, as a browser sends it. */
export function frame(opcode: number, payload: string): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const bytes = Buffer.from(payload).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, bytes]);
}

/** Opens a request that stays open, and reads the response byte by byte. */
export async function open({ edge }: Running, headers: Record<string, string> = {}) {
  const [connection] = edge.connections;
  const head = { ':method': 'GET', ':authority': 'app.example.com', ':path': '/', ...headers };
  const stream = connection?.open(head, { endStream: headers[UPGRADE_HEADER] === undefined });
  if (stream === undefined) throw new Error('nobody is connected');
  const received: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => received.push(chunk));
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const next = async (length: number): Promise<Buffer> => {
    while (Buffer.concat(received).length < length) await once(stream, 'data');
    return Buffer.concat(received);
  };
  const packed = new Map(decodeResponseHeaders(String(answer[RESPONSE_HEADERS] ?? '')));
  return { stream, status: answer[':status'], headers: packed, next };
}

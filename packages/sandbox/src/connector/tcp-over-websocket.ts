import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import type { Header } from '../edge/wire/response-headers.ts';
import { answerItself, beginAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';
import { type Frame, FrameReader, Opcode, writeFrame } from './websocket-frames.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Carries a TCP connection in binary WebSocket frames, as `cloudflared access tcp` wants it: services `tcp`, `ssh`,
 * `rdp`, `smb` and the like. A visitor who asks for no WebSocket gets an empty 200 when the service can be reached.
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
    if (isOpen) exchange(request, socket);
    else socket.destroy();
  } catch (error) {
    onFailure((error as Error).message);
    answerItself(stream, 502);
  }
}

function exchange({ stream }: TunnelRequest, socket: Socket): void {
  const reader = new FrameReader();
  const fromVisitor = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        for (const frame of reader.push(chunk)) take(frame);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const take = (frame: Frame) => {
    if (frame.opcode <= Opcode.binary) fromVisitor.push(frame.payload);
    if (frame.opcode === Opcode.ping) stream.write(writeFrame({ opcode: Opcode.pong, payload: frame.payload }));
    if (frame.opcode === Opcode.close) fromVisitor.push(null);
  };
  const toVisitor = new Transform({
    transform(payload: Buffer, _encoding, done) {
      done(null, writeFrame({ opcode: Opcode.binary, payload }));
    },
    flush(done) {
      done(null, writeFrame({ opcode: Opcode.close, payload: Buffer.from([0x03, 0xe8]) }));
    },
  });
  pipeline(stream, fromVisitor, socket, () => stream.destroy());
  pipeline(socket, toVisitor, stream, () => socket.destroy());
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

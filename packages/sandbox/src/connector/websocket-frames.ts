/** One frame of a WebSocket, unmasked. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Longer frames are nobody's: `cloudflared access` sends what it reads from a socket, 16 KiB at a time. */
const LONGEST_PAYLOAD = 16 * 1024 * 1024;

interface Head {
  readonly opcode: number;
  readonly mask: Buffer | undefined;
  readonly start: number;
  readonly length: number;
}

/** Cuts a byte stream into frames. A frame may arrive in any number of pieces. Throws on one that is too long. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Frame | undefined {
    const head = readHead(this.#pending);
    if (head === undefined || this.#pending.length < head.start + head.length) return undefined;
    const end = head.start + head.length;
    const payload = unmasked(this.#pending.subarray(head.start, end), head.mask);
    this.#pending = this.#pending.subarray(end);
    return { opcode: head.opcode, payload };
  }
}

/** A frame as a server sends it: whole and unmasked. */
export function writeFrame({ opcode, payload }: Frame): Buffer {
  const first = 0x80 | opcode;
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  if (length < 65_536) return Buffer.concat([Buffer.from([first, 126, length >> 8, length & 0xff]), payload]);
  const head = Buffer.alloc(10);
  head.set([first, 127]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function readHead(bytes: Buffer): Head | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthBytes = { 126: 2, 127: 8 }[short] ?? 0;
  const maskAt = 2 + lengthBytes;
  const start = maskAt + (second & 0x80 ? 4 : 0);
  if (bytes.length < start) return undefined;
  const length = lengthBytes === 0 ? short : Number(readLength(bytes, lengthBytes));
  if (length > LONGEST_PAYLOAD) throw new Error(`a WebSocket frame of ${length} bytes`);
  return { opcode: first & 0x0f, mask: start > maskAt ? bytes.subarray(maskAt, start) : undefined, start, length };
}

function readLength(bytes: Buffer, size: number): bigint {
  return size === 2 ? BigInt(bytes.readUInt16BE(2)) : bytes.readBigUInt64BE(2);
}

function unmasked(payload: Buffer, mask: Buffer | undefined): Buffer {
  return mask === undefined ? payload : Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}

import { MalformedMessage } from './malformed-message.ts';
import { WORD } from './pointer.ts';

/** The segments of one message. */
export type Segments = readonly Buffer[];

/** Maximum message size. A local configuration of 10,000 rules has about 2 MiB. */
const MAX_MESSAGE_WORDS = (16 * 1024 * 1024) / WORD;
const MOST_SEGMENTS = 512;

/**
 * Splits a byte stream into messages.
 *
 * Guarantees
 * - Buffers only received bytes, and at most one message of the maximum size.
 * - Throws MalformedMessage if a message announces a larger size. The stream cannot be used after that.
 */
export class MessageSplitter {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted = WORD;

  /** Adds received bytes, and returns completed messages. */
  push(chunk: Buffer): Segments[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const messages: Segments[] = [];
    while (this.#buffered >= this.#wanted) {
      const header = readHeader(this.#joined());
      this.#wanted = header.bytes;
      if (this.#buffered < header.bytes) break;
      if (header.isComplete) messages.push(this.#take(header));
    }
    return messages;
  }

  #take({ sizes, bytes }: Header): Segments {
    const buffer = this.#joined();
    const segments: Buffer[] = [];
    let position = bytes - sum(sizes) * WORD;
    for (const size of sizes) {
      segments.push(buffer.subarray(position, position + size * WORD));
      position += size * WORD;
    }
    this.#chunks = [buffer.subarray(bytes)];
    this.#buffered -= bytes;
    this.#wanted = WORD;
    return segments;
  }

  /** Chunks are joined once per message, after the required number of bytes has arrived. */
  #joined(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#chunks;
    const joined = more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

/** Puts the segment table before a message of a single segment. */
export function frame(segment: Buffer): Buffer {
  const header = Buffer.alloc(WORD);
  header.writeUInt32LE(segment.length / WORD, 4);
  return Buffer.concat([header, segment]);
}

interface Header {
  /** Words in each segment. Empty while the table is incomplete. */
  readonly sizes: readonly number[];
  /** Bytes of the table and segments, or of the table alone while it is incomplete. */
  readonly bytes: number;
  readonly isComplete: boolean;
}

function readHeader(buffer: Buffer): Header {
  const count = buffer.readUInt32LE(0) + 1;
  if (count > MOST_SEGMENTS) throw new MalformedMessage(`a message of ${count} segments is not taken`);
  const table = Math.ceil((count + 1) / 2) * WORD;
  if (buffer.length < table) return { sizes: [], bytes: table, isComplete: false };
  const sizes = Array.from({ length: count }, (_, index) => buffer.readUInt32LE(4 + index * 4));
  const words = sum(sizes);
  if (words > MAX_MESSAGE_WORDS) throw new MalformedMessage(`a message of ${words} words is not taken`);
  return { sizes, bytes: table + words * WORD, isComplete: true };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

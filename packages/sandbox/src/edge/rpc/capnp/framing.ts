import { MalformedMessage } from './malformed-message.ts';
import { WORD } from './pointer.ts';

/** The segments of one message. */
export type Segments = readonly Buffer[];

/** Longest message taken: a local configuration of 10,000 rules has about 2 MiB. */
const MAX_MESSAGE_WORDS = (16 * 1024 * 1024) / WORD;
const MOST_SEGMENTS = 512;

/**
 * Cuts a stream of bytes into messages.
 *
 * Guarantees
 * - It buffers no more than was received, and never more than one message at the limit.
 * - A message that announces more than the limit throws MalformedMessage; the stream is of no use after that.
 */
export class MessageSplitter {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted = WORD;

  /** Takes the next bytes and returns the messages they complete. */
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

  /** Joined once per message, not per chunk: nothing is read before the wanted number of bytes is there. */
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
  /** Words of each segment; empty while the table itself is incomplete. */
  readonly sizes: readonly number[];
  /** Bytes of table and segments, or of the table alone while that is incomplete. */
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

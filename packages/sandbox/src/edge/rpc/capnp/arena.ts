import type { Segments } from './framing.ts';
import { MalformedMessage } from './malformed-message.ts';
import { type Pointer, readPointer, WORD } from './pointer.ts';

/** The target of a pointer: the segment and first word of the content, and its shape. */
export interface Target {
  readonly segment: Buffer;
  readonly word: number;
  readonly shape: Extract<Pointer, { kind: 'struct' | 'list' | 'capability' }>;
}

/** Words that may be read beyond twice the length of a message, because pointers can share content. */
const SPARE_WORDS = 4096;

/**
 * The segments of a received message, and the remaining read budget.
 *
 * Guarantees
 * - Nothing outside the segments is read. Throws MalformedMessage instead.
 * - Reading a message costs at most a constant plus twice its length, even with cyclic pointers.
 */
export class Arena {
  readonly #segments: Segments;
  #budget: number;

  constructor(segments: Segments) {
    this.#segments = segments;
    this.#budget = SPARE_WORDS + 2 * segments.reduce((words, segment) => words + segment.length / WORD, 0);
  }

  /** The target of the root pointer. */
  root(): Target | undefined {
    return this.follow(this.#segment(0), 0);
  }

  /** Follows a pointer, including far pointers. Undefined for a null pointer. */
  follow(segment: Buffer, word: number): Target | undefined {
    const pointer = readPointer(segment, word);
    if (pointer.kind === 'null') return undefined;
    if (pointer.kind === 'far') return pointer.isDouble ? this.#followDouble(pointer) : this.#followSingle(pointer);
    return this.#target(pointer, segment, word + 1);
  }

  /** Deducts words from the budget before they are read. */
  spend(words: number): void {
    this.#budget -= words;
    if (this.#budget < 0) throw new MalformedMessage('the message is larger inside than outside');
  }

  #followSingle({ segment, offset }: Extract<Pointer, { kind: 'far' }>): Target | undefined {
    const landing = this.#segment(segment);
    const pointer = readPointer(landing, offset);
    if (pointer.kind === 'null') return undefined;
    if (pointer.kind === 'far') throw new MalformedMessage('a far pointer leads to a far pointer');
    return this.#target(pointer, landing, offset + 1);
  }

  /** The landing pad of a double-far pointer has two words: the location of the content and its shape. */
  #followDouble({ segment, offset }: Extract<Pointer, { kind: 'far' }>): Target {
    const landing = this.#segment(segment);
    const place = readPointer(landing, offset);
    const shape = readPointer(landing, offset + 1);
    if (place.kind !== 'far' || place.isDouble || shape.kind === 'null' || shape.kind === 'far') {
      throw new MalformedMessage('the landing pad of a double-far pointer is malformed');
    }
    return this.#target(shape, this.#segment(place.segment), place.offset);
  }

  #target(shape: Target['shape'], segment: Buffer, base: number): Target {
    this.spend(1);
    return { segment, word: shape.kind === 'capability' ? base : base + shape.offset, shape };
  }

  #segment(index: number): Buffer {
    const segment = this.#segments[index];
    if (segment === undefined) throw new MalformedMessage(`there is no segment ${index}`);
    return segment;
  }
}

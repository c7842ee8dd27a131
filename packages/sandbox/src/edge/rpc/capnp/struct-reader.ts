import { Arena, type Target } from './arena.ts';
import type { Segments } from './framing.ts';
import { MalformedMessage } from './malformed-message.ts';
import { ElementKind, readPointer, type StructSize, WORD } from './pointer.ts';

const EMPTY = Buffer.alloc(0);
const NOTHING: Place = { segment: EMPTY, word: 0, dataWords: 0, pointers: 0 };

interface Place extends StructSize {
  readonly segment: Buffer;
  readonly word: number;
}

/** Opens the root struct of a received message. */
export function openMessage(segments: Segments): StructReader {
  const arena = new Arena(segments);
  return readStruct(arena, arena.root());
}

/**
 * Reads a struct of a received message. As in Cap'n Proto, missing fields are zero or empty, so that older and newer
 * schemas are compatible. Malformed data throws MalformedMessage.
 */
export class StructReader {
  readonly #arena: Arena;
  readonly #data: Buffer;
  readonly #place: Place;

  constructor(arena: Arena, place: Place) {
    const words = place.dataWords + place.pointers;
    arena.spend(words);
    slice(place.segment, place.word, words);
    this.#arena = arena;
    this.#data = slice(place.segment, place.word, place.dataWords);
    this.#place = place;
  }

  bit(bit: number): boolean {
    return (this.uint8(bit >> 3) & (1 << (bit & 7))) !== 0;
  }

  uint8(byte: number): number {
    return byte < this.#data.length ? this.#data.readUInt8(byte) : 0;
  }

  uint16(byte: number): number {
    return byte + 2 <= this.#data.length ? this.#data.readUInt16LE(byte) : 0;
  }

  uint32(byte: number): number {
    return byte + 4 <= this.#data.length ? this.#data.readUInt32LE(byte) : 0;
  }

  uint64(byte: number): bigint {
    return byte + 8 <= this.#data.length ? this.#data.readBigUInt64LE(byte) : 0n;
  }

  int64(byte: number): bigint {
    return BigInt.asIntN(64, this.uint64(byte));
  }

  struct(index: number): StructReader {
    return readStruct(this.#arena, this.#target(index));
  }

  /** A view of the bytes, not a copy. */
  data(index: number): Buffer {
    return readBytes(this.#arena, this.#target(index));
  }

  text(index: number): string {
    return readText(this.#arena, this.#target(index));
  }

  textList(index: number): string[] {
    const target = this.#target(index);
    if (target === undefined) return [];
    const { count } = listOf(target, ElementKind.pointers);
    this.#arena.spend(count);
    slice(target.segment, target.word, count);
    const words = Array.from({ length: count }, (_, position) => target.word + position);
    return words.map((word) => readText(this.#arena, this.#arena.follow(target.segment, word)));
  }

  structList(index: number): StructReader[] {
    const target = this.#target(index);
    return target === undefined ? [] : readStructList(this.#arena, target);
  }

  /** Index into the capability table. Undefined if the pointer is not a capability. */
  capability(index: number): number | undefined {
    const shape = this.#target(index)?.shape;
    return shape?.kind === 'capability' ? shape.index : undefined;
  }

  #target(index: number): Target | undefined {
    const { segment, word, dataWords, pointers } = this.#place;
    return index < pointers ? this.#arena.follow(segment, word + dataWords + index) : undefined;
  }
}

function readStruct(arena: Arena, target: Target | undefined): StructReader {
  if (target === undefined) return new StructReader(arena, NOTHING);
  if (target.shape.kind !== 'struct')
    throw new MalformedMessage(`a ${target.shape.kind} stands where a struct belongs`);
  const { dataWords, pointers } = target.shape;
  return new StructReader(arena, { segment: target.segment, word: target.word, dataWords, pointers });
}

/** Empty elements count too, because a list of them can claim any length without content. */
function readStructList(arena: Arena, target: Target): StructReader[] {
  const { count: words } = listOf(target, ElementKind.structs);
  const tag = readPointer(slice(target.segment, target.word, 1), 0);
  if (tag.kind !== 'struct') throw new MalformedMessage('a list of structs has no tag');
  const { dataWords, pointers, offset: count } = tag;
  const stride = dataWords + pointers;
  if (count < 0 || count * stride > words) throw new MalformedMessage('a list is longer than its content');
  arena.spend(count);
  return Array.from({ length: count }, (_, position) => {
    const word = target.word + 1 + position * stride;
    return new StructReader(arena, { segment: target.segment, word, dataWords, pointers });
  });
}

/** Text is stored as bytes with a final NUL. */
function readText(arena: Arena, target: Target | undefined): string {
  const bytes = readBytes(arena, target);
  return bytes.toString('utf8', 0, Math.max(0, bytes.length - 1));
}

function readBytes(arena: Arena, target: Target | undefined): Buffer {
  if (target === undefined) return EMPTY;
  const { count } = listOf(target, ElementKind.bytes);
  const words = Math.ceil(count / WORD);
  arena.spend(words);
  return slice(target.segment, target.word, words).subarray(0, count);
}

function listOf({ shape }: Target, element: number): { readonly count: number } {
  if (shape.kind !== 'list' || shape.element !== element) throw new MalformedMessage('the message has another shape');
  return shape;
}

function slice(segment: Buffer, word: number, words: number): Buffer {
  const [start, end] = [word * WORD, (word + words) * WORD];
  if (start < 0 || end > segment.length) throw new MalformedMessage('a pointer leads out of its segment');
  return segment.subarray(start, end);
}

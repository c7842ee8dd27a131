import { frame } from './framing.ts';
import { ElementKind, type StructSize, WORD } from './pointer.ts';

const STRUCT = 0;
const LIST = 1;
const CAPABILITY = 3;

/** Builds and frames a message with one segment and a struct as its root. */
export function buildMessage(size: StructSize, fill: (root: StructBuilder) => void): Buffer {
  const segment = new SegmentBuilder();
  const pointer = segment.allocate(1);
  fill(placeStruct(segment, pointer, size));
  return frame(segment.bytes());
}

/** A segment that grows at its end. */
class SegmentBuilder {
  #buffer = Buffer.alloc(64 * WORD);
  #words = 0;

  /** Allocates zeroed words, and returns the index of the first. */
  allocate(words: number): number {
    const first = this.#words;
    this.#words += words;
    if (this.#words * WORD > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer], Math.max(this.#buffer.length * 2, this.#words * WORD));
    }
    return first;
  }

  /** Valid until the next allocation. */
  from(word: number): Buffer {
    return this.#buffer.subarray(word * WORD);
  }

  /** Writes a pointer to content. `kind` and `high` are the other parts of the pointer. */
  point(pointer: number, target: number, kind: number, high: number): void {
    this.from(pointer).writeInt32LE(((target - pointer - 1) << 2) | kind, 0);
    this.from(pointer).writeUInt32LE(high >>> 0, 4);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#words * WORD);
  }
}

/** Writes a struct. Its content is laid out in the order in which it is set. */
export class StructBuilder {
  readonly #segment: SegmentBuilder;
  readonly #word: number;
  readonly #size: StructSize;

  constructor(segment: SegmentBuilder, word: number, size: StructSize) {
    this.#segment = segment;
    this.#word = word;
    this.#size = size;
  }

  setBit(bit: number, value: boolean): void {
    const data = this.#data();
    const byte = data.readUInt8(bit >> 3);
    const mask = 1 << (bit & 7);
    data.writeUInt8(value ? byte | mask : byte & ~mask, bit >> 3);
  }

  setUint8(byte: number, value: number): void {
    this.#data().writeUInt8(value, byte);
  }

  setUint16(byte: number, value: number): void {
    this.#data().writeUInt16LE(value, byte);
  }

  setUint32(byte: number, value: number): void {
    this.#data().writeUInt32LE(value, byte);
  }

  setUint64(byte: number, value: bigint): void {
    this.#data().writeBigUInt64LE(BigInt.asUintN(64, value), byte);
  }

  struct(index: number, size: StructSize): StructBuilder {
    return placeStruct(this.#segment, this.#pointer(index), size);
  }

  setData(index: number, bytes: Uint8Array): void {
    placeBytes(this.#segment, this.#pointer(index), bytes);
  }

  setText(index: number, text: string): void {
    placeText(this.#segment, this.#pointer(index), text);
  }

  setTextList(index: number, texts: readonly string[]): void {
    const pointer = this.#pointer(index);
    const first = this.#segment.allocate(texts.length);
    this.#segment.point(pointer, first, LIST, (texts.length << 3) | ElementKind.pointers);
    for (const [position, text] of texts.entries()) placeText(this.#segment, first + position, text);
  }

  structList(index: number, count: number, size: StructSize): StructBuilder[] {
    const pointer = this.#pointer(index);
    const stride = size.dataWords + size.pointers;
    const tag = this.#segment.allocate(1 + count * stride);
    this.#segment.point(pointer, tag, LIST, ((count * stride) << 3) | ElementKind.structs);
    this.#segment.from(tag).writeInt32LE(count << 2, 0);
    this.#segment.from(tag).writeUInt32LE(shapeOf(size), 4);
    return Array.from({ length: count }, (_, position) => {
      return new StructBuilder(this.#segment, tag + 1 + position * stride, size);
    });
  }

  /** Sets a pointer to the capability at this index of the capability table. */
  setCapability(index: number, capability: number): void {
    const word = this.#segment.from(this.#pointer(index));
    word.writeUInt32LE(CAPABILITY, 0);
    word.writeUInt32LE(capability, 4);
  }

  #data(): Buffer {
    return this.#segment.from(this.#word).subarray(0, this.#size.dataWords * WORD);
  }

  #pointer(index: number): number {
    if (index >= this.#size.pointers) throw new RangeError(`the struct has no pointer ${index}`);
    return this.#word + this.#size.dataWords + index;
  }
}

function placeStruct(segment: SegmentBuilder, pointer: number, size: StructSize): StructBuilder {
  const word = segment.allocate(size.dataWords + size.pointers);
  segment.point(pointer, word, STRUCT, shapeOf(size));
  return new StructBuilder(segment, word, size);
}

function placeText(segment: SegmentBuilder, pointer: number, text: string): void {
  placeBytes(segment, pointer, Buffer.from(`${text}\0`));
}

function placeBytes(segment: SegmentBuilder, pointer: number, bytes: Uint8Array): void {
  const word = segment.allocate(Math.ceil(bytes.length / WORD));
  segment.point(pointer, word, LIST, bytes.length * 8 + ElementKind.bytes);
  segment.from(word).set(bytes);
}

function shapeOf({ dataWords, pointers }: StructSize): number {
  return ((pointers << 16) | dataWords) >>> 0;
}

import { MalformedMessage } from './malformed-message.ts';

/** Bytes in a word, the unit of every Cap'n Proto offset. */
export const WORD = 8;

/** Size of a struct: the words of its data section, and the number of its pointers. */
export interface StructSize {
  readonly dataWords: number;
  readonly pointers: number;
}

/** Element kinds of lists. Lists of bits and of numbers are not used. */
export const ElementKind = { bytes: 2, pointers: 6, structs: 7 } as const;

/** A pointer. Offsets are in words: from the end of the pointer, or (far) from the start of a segment. */
export type Pointer =
  | { readonly kind: 'null' }
  | ({ readonly kind: 'struct'; readonly offset: number } & StructSize)
  /** `count` elements or, for composite lists, `count` words after a tag word. */
  | { readonly kind: 'list'; readonly offset: number; readonly element: number; readonly count: number }
  | { readonly kind: 'far'; readonly isDouble: boolean; readonly offset: number; readonly segment: number }
  | { readonly kind: 'capability'; readonly index: number };

/** Reads the pointer at a word of a segment. Throws MalformedMessage outside the segment. */
export function readPointer(segment: Buffer, word: number): Pointer {
  if (word < 0 || (word + 1) * WORD > segment.length)
    throw new MalformedMessage('a pointer lies outside of its segment');
  const low = segment.readInt32LE(word * WORD);
  const high = segment.readUInt32LE(word * WORD + 4);
  if (low === 0 && high === 0) return { kind: 'null' };
  switch (low & 3) {
    case 0:
      return { kind: 'struct', offset: low >> 2, dataWords: high & 0xffff, pointers: high >>> 16 };
    case 1:
      return { kind: 'list', offset: low >> 2, element: high & 7, count: high >>> 3 };
    case 2:
      return { kind: 'far', isDouble: (low & 4) !== 0, offset: low >>> 3, segment: high };
    default:
      return { kind: 'capability', index: high };
  }
}

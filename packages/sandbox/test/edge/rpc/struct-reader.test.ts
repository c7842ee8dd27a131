import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MessageSplitter, type Segments } from '../../../src/edge/rpc/capnp/framing.ts';
import { MalformedMessage } from '../../../src/edge/rpc/capnp/malformed-message.ts';
import { buildMessage } from '../../../src/edge/rpc/capnp/struct-builder.ts';
import { openMessage, type StructReader } from '../../../src/edge/rpc/capnp/struct-reader.ts';

const SIZE = { dataWords: 2, pointers: 6 };
const segment = (...words: string[]) => Buffer.from(words.join(''), 'hex');
const struct = (offset: number, size = '01000000') => word((offset << 2) | 0, size);
const far = (offset: number, inSegment: number, isDouble = false) =>
  word((offset << 3) | (isDouble ? 4 : 0) | 2, `0${inSegment}000000`);

function word(low: number, high: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(low);
  return bytes.toString('hex') + high;
}

/** Reads every possible field of a message. Only MalformedMessage may be thrown. */
function readAll(message: Buffer | Segments): void {
  for (const segments of Buffer.isBuffer(message) ? allowRefusal(() => split(message)) : [message]) {
    for (const root of allowRefusal(() => [openMessage(segments)])) readFields(root);
  }
}

function readFields(root: StructReader): void {
  for (const index of [0, 1, 2, 3]) {
    allowRefusal(() => [root.bit(3), root.int64(8), root.data(index), root.text(index), root.capability(index)]);
    allowRefusal(() => root.textList(index));
    allowRefusal(() => root.structList(index).map((each) => each.text(0)));
    allowRefusal(() => [root.struct(index).text(0)]);
  }
}

function allowRefusal<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedMessage) return [];
    throw error;
  }
}

function split(bytes: Buffer): Segments[] {
  return new MessageSplitter().push(bytes);
}

describe('a struct', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(
        fc.record({
          text: fc.string({ unit: 'grapheme' }),
          data: fc.uint8Array({ maxLength: 700 }),
          texts: fc.array(fc.string()),
          number: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          bit: fc.boolean(),
          numbers: fc.array(fc.nat(2 ** 32 - 1)),
        }),
        ({ text, data, texts, number, bit, numbers }) => {
          const message = buildMessage(SIZE, (root) => {
            root.setText(0, text);
            root.setData(1, data);
            root.setTextList(2, texts);
            root.setUint64(0, number);
            root.setBit(65, bit);
            const items = root.structList(3, numbers.length, { dataWords: 1, pointers: 1 });
            for (const [index, item] of items.entries()) {
              item.setUint32(4, numbers[index] ?? 0);
              item.setText(0, `item ${index}`);
            }
            root.struct(4, { dataWords: 1, pointers: 0 }).setUint8(7, 200);
            root.setCapability(5, 9);
          });

          const [segments = []] = split(message);
          const root = openMessage(segments);

          expect(root.text(0)).toBe(text);
          expect(Buffer.from(data).equals(root.data(1))).toBe(true);
          expect(root.textList(2)).toEqual(texts);
          expect(root.int64(0)).toBe(number);
          expect(root.bit(65)).toBe(bit);
          expect(root.structList(3).map((item) => [item.uint32(4), item.text(0)])).toEqual(
            numbers.map((each, index) => [each, `item ${index}`]),
          );
          expect(root.struct(4).uint8(7)).toBe(200);
          expect(root.capability(5)).toBe(9);
        },
      ),
    );
  });

  it('of an older schema has zero and empty values for missing fields', () => {
    const root = openMessage([segment('0000000000000000')]);

    expect([root.bit(70), root.uint8(0), root.uint16(2), root.uint32(4), root.uint64(8)]).toEqual([false, 0, 0, 0, 0n]);
    expect([root.text(0), root.textList(1), root.structList(2), root.struct(3).text(0)]).toEqual(['', [], [], '']);
    expect([root.data(0).length, root.capability(5)]).toEqual([0, undefined]);
  });

  it('can be behind a far pointer', () => {
    const root = openMessage([segment(far(1, 1)), segment('0000000000000000', struct(0), '2a00000000000000')]);

    expect(root.uint8(0)).toBe(42);
  });

  it('can be behind a double-far pointer', () => {
    const content = segment('0000000000000000', '2a00000000000000');

    const root = openMessage([segment(far(0, 1, true)), segment(far(1, 2), struct(0)), content]);

    expect(root.uint8(0)).toBe(42);
  });

  it.each<{ case: string; segments: Segments }>([
    { case: 'no root', segments: [Buffer.alloc(0)] },
    { case: 'content past the end', segments: [segment(struct(0))] },
    { case: 'content before the start', segments: [segment(struct(-3))] },
    { case: 'a far pointer to a missing segment', segments: [segment(far(0, 5))] },
    { case: 'a far pointer past a segment', segments: [segment(far(9, 0))] },
    { case: 'a far pointer to itself', segments: [segment(far(0, 0))] },
    { case: 'a double-far pointer to nowhere', segments: [segment(far(1, 0, true), struct(0), struct(0))] },
    { case: 'a list as root', segments: [segment('0100000002000000')] },
  ])('is rejected for $case', ({ segments }) => {
    expect(() => openMessage(segments)).toThrow(MalformedMessage);
  });

  it('with a cyclic pointer is rejected', () => {
    const knot = segment(struct(0, '00000100'), 'fcffffff00000100');
    let node = openMessage([knot]);

    expect(() => {
      for (;;) node = node.struct(0);
    }).toThrow('larger inside than outside');
  });

  it('with an empty list that claims millions of elements is rejected', () => {
    const claims = segment(struct(0, '00000100'), '0100000007000000', 'fcffff7f00000000');

    expect(() => openMessage([claims]).structList(0)).toThrow(MalformedMessage);
  });
});

describe('any bytes', () => {
  it('are read or rejected', () => {
    const anySegments = fc.array(fc.uint8Array({ maxLength: 128 }), { minLength: 1, maxLength: 3 });

    fc.assert(
      fc.property(anySegments, (segments) => readAll(segments.map((each) => Buffer.from(each)))),
      { numRuns: 1000 },
    );
  });

  it('of a message with one changed byte are read or rejected', () => {
    const message = buildMessage(SIZE, (root) => {
      root.setTextList(0, ['one', 'two']);
      root.structList(1, 2, { dataWords: 1, pointers: 1 });
      root.setText(2, 'three');
      root.setCapability(3, 0);
    });

    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.nat(255), (position, value) => {
        readAll(Buffer.concat([message.subarray(0, position), Buffer.of(value), message.subarray(position + 1)]));
      }),
      { numRuns: 1000 },
    );
  });
});

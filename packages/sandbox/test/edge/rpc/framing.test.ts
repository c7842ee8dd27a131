import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frame, MessageSplitter } from '../../../src/edge/rpc/capnp/framing.ts';
import { MalformedMessage } from '../../../src/edge/rpc/capnp/malformed-message.ts';

const words = (count: number, fill: number) => Buffer.alloc(count * 8, fill);

function table(sizes: readonly number[]): Buffer {
  const length = Math.ceil((sizes.length + 1) / 2) * 8;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(sizes.length - 1, 0);
  for (const [index, size] of sizes.entries()) bytes.writeUInt32LE(size, 4 + index * 4);
  return bytes;
}

describe('a stream of messages', () => {
  it('is split the same way whatever its chunks', () => {
    const message = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
    const stream = fc.array(message, { minLength: 1, maxLength: 4 });

    fc.assert(
      fc.property(stream, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (messages, lengths) => {
        const sent = messages.map((sizes, index) => sizes.map((size) => words(size, index + 1)));
        const bytes = Buffer.concat(sent.flatMap((segments, index) => [table(messages[index] ?? []), ...segments]));
        const splitter = new MessageSplitter();
        const received = [];

        for (let position = 0; position < bytes.length;) {
          const { value: length } = lengths.next();
          received.push(...splitter.push(bytes.subarray(position, position + length)));
          position += length;
        }

        expect(received).toEqual(sent);
      }),
    );
  });

  it('accepts framed messages', () => {
    expect(new MessageSplitter().push(frame(words(3, 9)))).toEqual([[words(3, 9)]]);
  });

  it.each([
    { case: 'with more segments than the limit', header: 'ffffff7f00000000' },
    { case: 'larger than the limit', header: '00000000ffffffff' },
    { case: 'whose segments are larger than the limit together', header: '01000000000010000100100000000000' },
  ])('ends at a message $case', ({ header }) => {
    expect(() => new MessageSplitter().push(Buffer.from(header, 'hex'))).toThrow(MalformedMessage);
  });
});

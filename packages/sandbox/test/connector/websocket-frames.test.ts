import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Frame, FrameReader, writeFrame } from '../../src/connector/websocket-frames.ts';

const frames = fc.array(
  fc.record({
    opcode: fc.constantFrom(1, 2, 8, 9),
    payload: fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b)),
  }),
  { maxLength: 5 },
);

function readInPieces(bytes: Buffer, size: number): Frame[] {
  const reader = new FrameReader();
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size);
  return pieces.flatMap((start) => reader.push(bytes.subarray(start, start + size)));
}

describe('WebSocket frames', () => {
  it('come back as they were written, however the bytes are cut', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 400 }), (written, size) => {
        expect(readInPieces(Buffer.concat(written.map(writeFrame)), size)).toEqual(written);
      }),
    );
  });

  it('of more than 64 KiB are read too', () => {
    const payload = Buffer.alloc(70_000, 1);

    expect(readInPieces(writeFrame({ opcode: 2, payload }), 16_384)).toEqual([{ opcode: 2, payload }]);
  });

  it('are unmasked', () => {
    const masked = Buffer.from('818537fa213d7f9f4d5158', 'hex'); // the example of RFC 6455, 5.7

    expect(new FrameReader().push(masked)).toEqual([{ opcode: 1, payload: Buffer.from('Hello') }]);
  });

  it('that claim to be endless are refused before anything is stored', () => {
    expect(() => new FrameReader().push(Buffer.from([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]))).toThrow(
      'a WebSocket frame of',
    );
  });
});

/** A field of an encoded protobuf message. */
export interface WireField {
  readonly number: number;
  /** A varint, or the bytes of a string, an embedded message or a fixed-size number. */
  readonly value: bigint | Buffer;
}

const FIXED_SIZE: Record<number, number> = { 1: 8, 5: 4 };

/** Splits a message into its fields, in encoded order. Throws if it is truncated. */
export function readFields(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  let position = 0;
  while (position < message.length) {
    const tag = readVarint(message, position);
    const number = Number(tag.value >> 3n);
    const field = readValue(message, tag.next, Number(tag.value & 7n));
    fields.push({ number, value: field.value });
    position = field.next;
  }
  return fields;
}

function readValue(message: Buffer, position: number, wireType: number): { value: bigint | Buffer; next: number } {
  if (wireType === 0) return readVarint(message, position);
  const length =
    wireType === 2 ? readVarint(message, position) : { value: BigInt(fixedSize(wireType)), next: position };
  const end = length.next + Number(length.value);
  if (end > message.length) throw new RangeError('the message is cut off');
  return { value: message.subarray(length.next, end), next: end };
}

function fixedSize(wireType: number): number {
  const size = FIXED_SIZE[wireType];
  if (size === undefined) throw new RangeError(`wire type ${wireType} is not supported`);
  return size;
}

function readVarint(message: Buffer, start: number): { value: bigint; next: number } {
  let value = 0n;
  for (let position = start, shift = 0n; position < message.length; position += 1, shift += 7n) {
    const byte = message[position] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: position + 1 };
  }
  throw new RangeError('a number is cut off');
}

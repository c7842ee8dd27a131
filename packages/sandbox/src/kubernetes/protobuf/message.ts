import type { JsonObject } from '../json.ts';
import { readFields } from './wire.ts';

/**
 * The type of a field. `number` and `boolean` are omitted if zero or false, as in Go for fields without a pointer. A
 * `pointer` is a number that is kept if zero.
 */
export type FieldType = 'string' | 'bytes' | 'number' | 'pointer' | 'boolean' | 'intOrString' | Message;

/** A field of a message: its JSON name, its type, and whether it repeats or is a map with string keys. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly many?: 'list' | 'map';
}

/** The decoded fields of a message, by number. Others are skipped. */
export interface Message {
  readonly [number: number]: Field;
}

/** A single field. */
export function one(name: string, type: FieldType = 'string'): Field {
  return { name, type };
}

/** A repeated field. */
export function list(name: string, type: FieldType = 'string'): Field {
  return { name, type, many: 'list' };
}

/** A map with string keys. */
export function map(name: string, type: FieldType = 'string'): Field {
  return { name, type, many: 'map' };
}

/** Decodes a message to the JSON form of the object. */
export function decodeMessage(bytes: Buffer, message: Message): JsonObject {
  const object: JsonObject = {};
  for (const { number, value } of readFields(bytes)) {
    const field = message[number];
    if (field !== undefined) addField(object, field, value);
  }
  return object;
}

function addField(object: JsonObject, { name, type, many }: Field, value: bigint | Buffer): void {
  if (many === 'map') {
    const { key, item } = decodeMessage(asBytes(value), { 1: one('key'), 2: one('item', type) });
    object[name] = { ...(object[name] as JsonObject | undefined), [String(key)]: item ?? '' };
    return;
  }
  const decoded = decodeValue(value, type);
  if (many === 'list') object[name] = [...((object[name] as unknown[] | undefined) ?? []), decoded ?? ''];
  else if (decoded !== undefined) object[name] = decoded;
}

function decodeValue(value: bigint | Buffer, type: FieldType): unknown {
  switch (type) {
    case 'string':
      return asBytes(value).toString() || undefined;
    case 'bytes':
      return asBytes(value).toString('base64');
    case 'number':
      return asNumber(value) || undefined;
    case 'pointer':
      return asNumber(value);
    case 'boolean':
      return asNumber(value) === 1 || undefined;
    case 'intOrString':
      return decodeIntOrString(asBytes(value));
    default:
      return decodeMessage(asBytes(value), type);
  }
}

function decodeIntOrString(bytes: Buffer): unknown {
  const { type, number, text } = decodeMessage(bytes, {
    1: one('type', 'number'),
    2: one('number', 'pointer'),
    3: one('text'),
  });
  return type === 1 ? text : number;
}

function asBytes(value: bigint | Buffer): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function asNumber(value: bigint | Buffer): number {
  return Number(typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n);
}

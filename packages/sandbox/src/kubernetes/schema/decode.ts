import { isObject, type JsonObject } from '../json.ts';
import { acceptsAnyField, fieldSchema, type Schema } from './schema.ts';

/** A value that Go's JSON decoder would reject for its field. */
export class TypeMismatch extends Error {
  override readonly name = 'TypeMismatch';
}

/** A decoded value, and the fields that the schema does not specify. */
export interface TypedValue {
  readonly value: JsonObject;
  readonly unknownFields: readonly string[];
}

/**
 * Decodes JSON like the Go struct of a built-in kind: unknown fields, nulls, and empty maps and lists (`omitempty`) are
 * removed. A value of the wrong type is an error.
 */
export function decodeTyped(body: JsonObject, schema: Schema): TypedValue {
  const unknownFields: string[] = [];
  const value = decodeStruct(body, schema, '', unknownFields);
  return { value, unknownFields };
}

function decodeValue(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema['x-kubernetes-int-or-string'] === true) return decodeIntOrString(value, path);
  if (schema.type === 'array') return decodeList(value, schema, path, unknown);
  if (schema.type === 'object') return decodeObject(value, schema, path, unknown);
  return decodeScalar(value, schema, path);
}

function decodeObject(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (!isObject(value)) throw mismatch(value, path, 'map[string]string');
  if (schema.properties !== undefined) return decodeStruct(value, schema, path, unknown);
  if (!acceptsAnyField(schema)) return value;
  const values = schema.additionalProperties;
  if (typeof values !== 'object') return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, decodeValue(item, values, path, unknown) ?? ''] as const,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeStruct(value: JsonObject, schema: Schema, path: string, unknown: string[]): JsonObject {
  const decoded: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`;
    const inner = fieldSchema(schema, key);
    if (inner === undefined) unknown.push(`unknown field "${field}"`);
    else setPresent(decoded, key, decodeValue(item, inner, field, unknown));
  }
  for (const key of schema.required ?? []) decoded[key] ??= [];
  return decoded;
}

function setPresent(target: JsonObject, key: string, value: unknown): void {
  if (value !== undefined) target[key] = value;
}

function decodeList(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (!Array.isArray(value)) throw mismatch(value, path, '[]interface {}');
  const { items = {} } = schema;
  const decoded = value.map((item, index) => decodeValue(item, items, `${path}[${index}]`, unknown) ?? {});
  return decoded.length === 0 ? undefined : decoded;
}

function decodeIntOrString(value: unknown, path: string): unknown {
  if (typeof value === 'string' || Number.isInteger(value)) return value;
  throw mismatch(value, path, 'intstr.IntOrString');
}

const GO_TYPES: Record<string, string> = { string: 'string', integer: 'int32', boolean: 'bool', number: 'float64' };

function decodeScalar(value: unknown, { type = 'string' }: Schema, path: string): unknown {
  const fits = type === 'integer' ? Number.isInteger(value) : typeof value === type;
  if (!fits) throw mismatch(value, path, GO_TYPES[type] ?? type);
  return value;
}

function mismatch(value: unknown, path: string, goType: string): TypeMismatch {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = path.replaceAll(/\[\d+\]/g, '');
  return new TypeMismatch(`json: cannot unmarshal ${found} into Go struct field .${field} of type ${goType}`);
}

import { isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import { celDuration } from './cel.ts';

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

type Naming = (name: string) => string;

/**
 * A JSON value as CEL sees it: integers are ints, times are timestamps, field names are identifiers. Policies see objects
 * without types, and so field names as they are.
 */
export function celValue(value: unknown, schema: Schema | undefined, naming: Naming = identifier): unknown {
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items, naming));
  if (isObject(value)) return celObject(value, schema, naming);
  if (typeof value === 'number') return isInt(value, schema) ? BigInt(value) : value;
  if (typeof value === 'string') return celString(value, schema?.format);
  return value;
}

function isInt(value: number, schema: Schema | undefined): boolean {
  return schema?.type !== 'number' && Number.isInteger(value);
}

function celString(value: string, format: string | undefined): unknown {
  if (format === 'date-time' || format === 'date') return new Date(value);
  return format === 'duration' ? celDuration(value) : value;
}

function celObject(value: JsonObject, schema: Schema | undefined, naming: Naming): JsonObject {
  const isMap = typeof schema?.additionalProperties === 'object';
  // In an object with fields, null means absent. Only a map can contain null.
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && (isMap || item !== null));
  return Object.fromEntries(
    entries.map(([key, item]) => [isMap ? key : naming(key), celValue(item, fieldSchema(schema, key), naming)]),
  );
}

/** Kubernetes' escaping of property names that are not CEL identifiers. */
export function identifier(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** Field names in the expressions of policies. */
export const asWritten: Naming = (name) => name;

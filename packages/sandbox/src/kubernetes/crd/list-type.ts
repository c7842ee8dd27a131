import { duplicateField, type FieldError } from '../field-error.ts';
import { deepEqual, isObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';

/** Finds duplicate items in sets and keyed lists at any depth. Each is reported once. */
export function validateListTypes(value: unknown, schema: Schema | undefined, path: string): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return [
      ...duplicatesIn(value, schema, path),
      ...value.flatMap((item, index) => validateListTypes(item, schema.items, `${path}[${index}]`)),
    ];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    validateListTypes(item, fieldSchema(schema, key), path === '' ? key : `${path}.${key}`),
  );
}

function duplicatesIn(items: readonly unknown[], schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const identities = items.map((item) => (type === 'map' ? keysOf(item, schema) : item));
  return identities.flatMap((identity, index) => {
    const before = identities.slice(0, index).filter((other) => deepEqual(other, identity));
    return before.length === 1 ? [duplicateField(`${path}[${index}]`, identity)] : [];
  });
}

function keysOf(item: unknown, schema: Schema): unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
}

import { clone, isObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';

/**
 * Fills in the defaults of a structural schema, in place. A null where the schema does not allow it counts as absent.
 */
export function applyDefaults(value: unknown, schema: Schema | undefined): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) applyDefaults(item, schema.items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const isAbsent = value[key] === undefined || (value[key] === null && inner.nullable !== true);
    if (isAbsent && inner.default !== undefined) value[key] = clone(inner.default);
  }
  for (const [key, item] of Object.entries(value)) applyDefaults(item, fieldSchema(schema, key));
}

/** Removes nulls that the schema does not allow and that have no default, as the server does before it validates. */
export function dropNulls(value: unknown, schema: Schema | undefined): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, schema.items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const inner = fieldSchema(schema, key);
    const isDropped = item === null && inner !== undefined && inner.nullable !== true && inner.default === undefined;
    if (isDropped) delete value[key];
    else dropNulls(item, inner);
  }
}

import type { Schema } from './schema.ts';

/** A string field. */
export const string: Schema = { type: 'string' };
/** An integer field. */
export const integer: Schema = { type: 'integer' };
/** A true/false field. */
export const boolean: Schema = { type: 'boolean' };

/** An object with named fields. */
export function object(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties };
}

/** A list that is owned and replaced only as a whole. */
export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

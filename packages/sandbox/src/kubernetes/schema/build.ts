import type { Schema } from './schema.ts';

export const string: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const boolean: Schema = { type: 'boolean' };

export function object(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties };
}

/** A list that is owned and replaced as a whole. */
export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

import type { Schema } from './schema.ts';

/** A string field. */
export const string: Schema = { type: 'string' };
/** An integer field. */
export const integer: Schema = { type: 'integer' };
/** A true/false field. */
export const boolean: Schema = { type: 'boolean' };
/** A port, a percentage or a count: `80`, `"http"`, `"25%"`. */
export const intOrString: Schema = { 'x-kubernetes-int-or-string': true };
/** An object whose inside the sandbox does not look at. */
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** An object with named fields. */
export function object(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties };
}

/** An object that is owned and replaced only as a whole. */
export function atomicObject(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties, 'x-kubernetes-map-type': 'atomic' };
}

/** A map with free keys. */
export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

/** A list that is owned and replaced only as a whole. */
export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** A list of scalars without order or duplicates. */
export function setOf(items: Schema): Schema {
  return { type: 'array', items, 'x-kubernetes-list-type': 'set' };
}

/** A list whose items are found by key fields. Strategic merge patch knows only the first of them. */
export function keyedList(keys: readonly [string, ...string[]], items: Schema): Schema {
  return {
    type: 'array',
    items,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    'x-kubernetes-patch-merge-key': keys[0],
  };
}

/** The same field with a default, which also completes list keys: a port without protocol is a TCP port. */
export function withDefault(schema: Schema, value: unknown): Schema {
  return { ...schema, default: value };
}

import { isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import type { PathElement } from './field-set.ts';

/** A part of a value with an owner of its own. */
export interface Part {
  readonly element: PathElement;
  readonly value: unknown;
  readonly schema: Schema | undefined;
  /** True for a field in the schema. Ownership of such a container follows from its content. */
  readonly named: boolean;
}

/**
 * The separately owned parts of a value, or `undefined` if it is owned as a whole (a scalar, an atomic list or map).
 * Without a schema, maps are granular and lists atomic, as in structured-merge-diff.
 */
export function partsOf(value: unknown, schema: Schema | undefined): readonly Part[] | undefined {
  if (isObject(value)) return isAtomicMap(schema) ? undefined : mapParts(value, schema);
  if (!Array.isArray(value)) return undefined;
  return isGranularList(schema) ? listParts(value, schema) : undefined;
}

function isAtomicMap(schema: Schema | undefined): boolean {
  return schema?.['x-kubernetes-map-type'] === 'atomic';
}

/** Whether list items have an identity: in sets and maps. */
export function isGranularList(schema: Schema | undefined): schema is Schema {
  const type = schema?.['x-kubernetes-list-type'];
  return type === 'set' || type === 'map';
}

function mapParts(value: JsonObject, schema: Schema | undefined): Part[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return keys.map((key) => ({
    element: `f:${key}`,
    value: value[key],
    schema: fieldSchema(schema, key),
    named: schema?.properties?.[key] !== undefined,
  }));
}

function listParts(value: readonly unknown[], schema: Schema): Part[] {
  return value.map((item) => ({ element: itemElement(item, schema), value: item, schema: schema.items, named: false }));
}

/** The identity of a list item. Missing key fields have their default value. */
export function itemElement(item: unknown, schema: Schema): PathElement {
  if (schema['x-kubernetes-list-type'] !== 'map' || !isObject(item)) return `v:${JSON.stringify(item)}`;
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].toSorted();
  const identity = keys
    .map((key) => [key, item[key] ?? schema.items?.properties?.[key]?.default] as const)
    .filter(([, value]) => value !== undefined);
  return `k:${JSON.stringify(Object.fromEntries(identity))}`;
}

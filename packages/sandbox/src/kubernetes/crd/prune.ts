import { isObject, type JsonObject } from '../json.ts';
import { acceptsAnyField, fieldSchema, type Schema } from '../schema/schema.ts';

const TYPE_META = new Set(['apiVersion', 'kind', 'metadata']);

/** A value without unknown fields, and the paths of these fields. */
export interface Pruned {
  readonly value: JsonObject;
  readonly unknownFields: readonly string[];
}

/** Removes fields that the structural schema of a custom resource does not specify. */
export function prune(object: JsonObject, schema: Schema): Pruned {
  const unknown: string[] = [];
  const value = pruneObject(object, schema, '', unknown, true);
  return { value, unknownFields: unknown };
}

/** Paths of the fields that the schema does not specify. */
export function unknownFields(value: unknown, schema: Schema): readonly string[] {
  const found: string[] = [];
  pruneValue(value, schema, '', found);
  return found;
}

function pruneValue(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? value
      : value.map((item, index) => pruneValue(item, items, `${path}[${index}]`, unknown));
  }
  if (!isObject(value) || schema['x-kubernetes-int-or-string'] === true) return value;
  return pruneObject(value, schema, path, unknown, schema['x-kubernetes-embedded-resource'] === true);
}

function pruneObject(
  value: JsonObject,
  schema: Schema,
  path: string,
  unknown: string[],
  isResource: boolean,
): JsonObject {
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`;
    const inner = fieldSchema(schema, key);
    if (isResource && TYPE_META.has(key)) kept[key] = item;
    else if (inner !== undefined) kept[key] = pruneValue(item, inner, field, unknown);
    else if (schema.additionalProperties === true) kept[key] = pruneValue(item, {}, field, unknown);
    else if (acceptsAnyField(schema)) kept[key] = item;
    else unknown.push(field);
  }
  return kept;
}

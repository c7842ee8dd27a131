import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';

const LIST_TYPES = ['atomic', 'map', 'set'];
const LIST_TYPE = 'x-kubernetes-list-type';
const MAP_KEYS = 'x-kubernetes-list-map-keys';

/** Validates the list type or map type of a schema. */
export function validateListDefinition(schema: Schema, field: string): FieldError[] {
  return [...validateListType(schema, field), ...validateItems(schema, field), ...validateMapType(schema, field)];
}

function validateListType(schema: Schema, field: string): FieldError[] {
  const { [LIST_TYPE]: type, [MAP_KEYS]: keys = [] } = schema;
  if (type !== undefined && !LIST_TYPES.includes(type))
    return [notSupported(`${field}.${LIST_TYPE}`, type, LIST_TYPES)];
  const errors: FieldError[] = [];
  if (type !== undefined && schema.type === undefined) {
    errors.push(required(`${field}.type`, `must be array if ${LIST_TYPE} is specified`));
  } else if (type !== undefined && schema.type !== 'array') {
    errors.push(invalidField(`${field}.type`, schema.type, `must be array if ${LIST_TYPE} is specified`));
  }
  const keysText = `must be map if ${MAP_KEYS} is non-empty`;
  if (keys.length > 0 && type === undefined) errors.push(required(`${field}.${LIST_TYPE}`, keysText));
  else if (keys.length > 0 && type !== 'map') errors.push(invalidField(`${field}.${LIST_TYPE}`, type, keysText));
  if (type === 'map') errors.push(...validateMapKeys(schema, keys, field));
  return errors;
}

function validateMapKeys({ items }: Schema, keys: readonly string[], field: string): FieldError[] {
  if (keys.length === 0) return [required(`${field}.${MAP_KEYS}`, `must not be empty if ${LIST_TYPE} is map`)];
  if (items?.type !== 'object') {
    const text = `must be object if parent array's ${LIST_TYPE} is map`;
    return items === undefined ? [] : [invalidField(`${field}.items.type`, items.type, text)];
  }
  const unknown = keys.some((key) => items.properties?.[key] === undefined);
  const errors = unknown
    ? [invalidField(`${field}.${MAP_KEYS}`, keys, 'entries must all be names of item properties')]
    : keys.flatMap((key) => validateKey(items, key, field));
  if (new Set(keys).size < keys.length) {
    errors.push(invalidField(`${field}.${MAP_KEYS}`, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

function validateKey(items: Schema, key: string, field: string): FieldError[] {
  const property = items.properties?.[key] ?? {};
  const at = `${field}.items.properties[${key}]`;
  const isKey = `this property is in ${MAP_KEYS}, so it`;
  const errors: FieldError[] = [];
  if (property.type === 'object' || property.type === 'array') {
    const text = `must be a scalar type if parent array's ${LIST_TYPE} is map`;
    errors.push(invalidField(`${at}.type`, property.type, text));
  }
  if (property.nullable === true) errors.push(forbiddenField(`${at}.nullable`, `${isKey} cannot be nullable`));
  if (property.default === undefined && items.required?.includes(key) !== true) {
    errors.push(required(`${at}.default`, `${isKey} must have a default or be a required property`));
  }
  return errors;
}

/** Items of a set are compared as a whole. Neither a set nor a keyed list may contain nulls. */
function validateItems({ items, [LIST_TYPE]: type }: Schema, field: string): FieldError[] {
  if (items === undefined || (type !== 'set' && type !== 'map')) return [];
  const errors: FieldError[] = [];
  if (items.nullable === true) {
    errors.push(forbiddenField(`${field}.items.nullable`, `cannot be nullable when ${LIST_TYPE} is ${type}`));
  }
  const atomic = `must be atomic as item of a list with ${LIST_TYPE}=set`;
  if (type === 'set' && items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.push(invalidField(`${field}.items.x-kubernetes-map-type`, items['x-kubernetes-map-type'] ?? null, atomic));
  }
  if (type === 'set' && items.type === 'array' && (items[LIST_TYPE] ?? 'atomic') !== 'atomic') {
    errors.push(invalidField(`${field}.items.${LIST_TYPE}`, items[LIST_TYPE], atomic));
  }
  return errors;
}

function validateMapType({ type, 'x-kubernetes-map-type': mapType }: Schema, field: string): FieldError[] {
  if (mapType === undefined) return [];
  const supported = ['atomic', 'granular'];
  if (!supported.includes(mapType)) return [notSupported(`${field}.x-kubernetes-map-type`, mapType, supported)];
  const text = 'must be object if x-kubernetes-map-type is specified';
  return type === 'object' ? [] : [invalidField(`${field}.type`, type, text)];
}

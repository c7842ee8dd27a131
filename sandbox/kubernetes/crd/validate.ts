import { duplicateField, type FieldError, invalidField, notSupported, required, tooLong } from '../field-error.ts';
import { deepEqual, isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import { hasFormat } from './formats.ts';

/** Checks a value against a structural schema, in the words of the API server. */
export function validateSchema(value: unknown, schema: Schema, path: string): FieldError[] {
  if (value === null && schema.nullable === true) return [];
  const wrongType = validateType(value, schema, path);
  if (wrongType.length > 0) return wrongType;
  return [
    ...validateEnum(value, schema, path),
    ...(typeof value === 'string' ? validateString(value, schema, path) : []),
    ...(typeof value === 'number' ? validateNumber(value, schema, path) : []),
    ...(Array.isArray(value) ? validateArray(value, schema, path) : []),
    ...(isObject(value) ? validateObject(value, schema, path) : []),
    ...validateFormat(value, schema, path),
    ...validateCombinations(value, schema, path),
  ];
}

function where(path: string): string {
  return path === '' ? '<nil>' : path;
}

function broken(value: unknown, path: string, text: string): FieldError[] {
  return [invalidField(where(path), value, `${path} in body ${text}`)];
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function validateType(value: unknown, schema: Schema, path: string): FieldError[] {
  const found = jsonType(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (found === 'integer' || found === 'string') return [];
    return typeError(found, 'integer,string', path);
  }
  const { type } = schema;
  if (type === undefined || type === '' || type === found || (type === 'number' && found === 'integer')) return [];
  return typeError(found, type, path);
}

function typeError(found: string, wanted: string, path: string): FieldError[] {
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
  return [{ type: 'FieldValueTypeInvalid', field: where(path), value: found, detail }];
}

function validateEnum(value: unknown, { enum: allowed }: Schema, path: string): FieldError[] {
  if (allowed === undefined || allowed.some((item) => deepEqual(item, value))) return [];
  return [
    notSupported(
      path,
      value,
      allowed.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))),
    ),
  ];
}

function validateString(value: string, schema: Schema, path: string): FieldError[] {
  const { maxLength, minLength, pattern } = schema;
  const length = [...value].length;
  const errors: FieldError[] = [];
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength) {
    errors.push(...broken(value, path, `should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !compiled(pattern).test(value)) {
    errors.push(...broken(value, path, `should match '${pattern}'`));
  }
  return errors;
}

const patterns = new Map<string, RegExp>();

/** Schemas are written in RE2; what it shares with JavaScript is all that CRDs use, apart from leading flags. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const regex = flags === null ? new RegExp(pattern) : new RegExp(pattern.slice(flags[0].length), flags[1]);
  patterns.set(pattern, regex);
  return regex;
}

function validateNumber(value: number, schema: Schema, path: string): FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const errors: FieldError[] = [];
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    const text = schema.exclusiveMinimum === true ? 'should be greater than' : 'should be greater than or equal to';
    errors.push(...broken(value, path, `${text} ${minimum}`));
  }
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    const text = schema.exclusiveMaximum === true ? 'should be less than' : 'should be less than or equal to';
    errors.push(...broken(value, path, `${text} ${maximum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.push(...broken(value, path, `should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function validateArray(value: readonly unknown[], schema: Schema, path: string): FieldError[] {
  const { maxItems, minItems, items } = schema;
  const errors: FieldError[] = [];
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(value.length, maxItems, path));
  if (minItems !== undefined && value.length < minItems) {
    errors.push(...broken(value, path, `should have at least ${minItems} items`));
  }
  if (items !== undefined) errors.push(...value.flatMap((item, i) => validateSchema(item, items, `${path}[${i}]`)));
  return [...errors, ...validateListType(value, schema, path)];
}

function tooMany(actual: number, max: number, path: string): FieldError {
  return { type: 'FieldValueTooMany', field: path, value: actual, detail: `must have at most ${max} items` };
}

function validateListType(value: readonly unknown[], schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identities = value.map((item) =>
    type === 'map' && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item,
  );
  const texts = identities.map((identity) => JSON.stringify(identity));
  return identities.flatMap((identity, index) =>
    texts.indexOf(texts[index] ?? '') < index ? [duplicateField(`${path}[${index}]`, identity)] : [],
  );
}

function validateObject(value: JsonObject, schema: Schema, path: string): FieldError[] {
  const { maxProperties, minProperties } = schema;
  const child = (key: string) => (path === '' ? key : `${path}.${key}`);
  const errors = (schema.required ?? []).filter((key) => value[key] === undefined).map((key) => required(child(key)));
  const size = Object.keys(value).length;
  if (maxProperties !== undefined && size > maxProperties) errors.push(tooMany(size, maxProperties, path));
  if (minProperties !== undefined && size < minProperties) {
    errors.push(...broken(value, path, `should have at least ${minProperties} properties`));
  }
  for (const [key, item] of Object.entries(value)) {
    const inner = fieldSchema(schema, key);
    if (inner !== undefined && item !== undefined) errors.push(...validateSchema(item, inner, child(key)));
  }
  return errors;
}

function validateFormat(value: unknown, { format, type = '' }: Schema, path: string): FieldError[] {
  if (format === undefined || hasFormat(value, format)) return [];
  const wanted = typeof value === 'number' ? `${type} with format ${format}` : format;
  return broken(value, path, `must be of type ${wanted}: ${JSON.stringify(value)}`);
}

function validateCombinations(value: unknown, schema: Schema, path: string): FieldError[] {
  const passes = (part: Schema) => validateSchema(value, part, path).length === 0;
  const errors = (schema.allOf ?? []).flatMap((part) => validateSchema(value, part, path));
  if (schema.anyOf !== undefined && !schema.anyOf.some(passes)) {
    errors.push(...broken(value, path, 'must validate at least one schema (anyOf)'));
  }
  if (schema.oneOf !== undefined) {
    const found = schema.oneOf.filter(passes).length;
    const text = `must validate one and only one schema (oneOf). ${found === 0 ? 'Found none valid' : `Found ${found} valid alternatives`}`;
    if (found !== 1) errors.push(invalidField(where(path), value, `${JSON.stringify(path)} ${text}`));
  }
  if (schema.not !== undefined && passes(schema.not)) {
    errors.push(invalidField(where(path), value, `${JSON.stringify(path)} must not validate the schema (not)`));
  }
  return errors;
}

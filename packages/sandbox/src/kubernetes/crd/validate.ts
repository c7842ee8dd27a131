import { type FieldError, invalidField, notSupported, required, tooLong, tooManyItems } from '../field-error.ts';
import { deepEqual, isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import { oldField, oldItems } from './correlate.ts';
import { hasFormat } from './formats.ts';
import { compilePattern } from './re2.ts';

/**
 * Validates a value against a structural schema, with the messages of the API server. Unchanged values of an update are
 * not validated again, so that an object that predates a stricter schema can still be changed elsewhere.
 */
export function validateSchema(value: unknown, schema: Schema, path: string, old?: unknown): FieldError[] {
  if (old !== undefined && deepEqual(value, old)) return [];
  if (value === null && schema.nullable === true) return validateEnum(value, schema, path);
  const wrongType = validateType(value, schema, path);
  if (wrongType.length > 0) return wrongType;
  return [
    ...validateEnum(value, schema, path),
    ...(typeof value === 'string' ? validateString(value, schema, path) : []),
    ...(typeof value === 'number' ? validateNumber(value, schema, path) : []),
    ...(Array.isArray(value) ? validateArray(value, schema, path, old) : []),
    ...(isObject(value) ? validateObject(value, schema, path, old) : []),
    ...validateFormat(value, schema, path),
    ...validateCombinations(value, schema, path),
  ];
}

const TYPE_META = ['apiVersion', 'kind'];

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
  return [
    ...typeError(found, type, path),
    ...(found === 'number' && type === 'integer' ? [unsafeInteger(schema, path)] : []),
  ];
}

/** The server checks the integer range separately from the schema, so the error has no field. */
function unsafeInteger({ format }: Schema, path: string): FieldError {
  const wanted = format === undefined ? 'integer (default format)' : `integer with format ${format}`;
  return invalidField('<nil>', '', `Checked value must be of type ${wanted} in ${path}`);
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
  if (pattern !== undefined && !compilePattern(pattern).test(value)) {
    errors.push(...broken(value, path, `should match '${pattern}'`));
  }
  return errors;
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
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    errors.push(...broken(value, path, `should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function isMultiple(value: number, factor: number): boolean {
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function validateArray(value: readonly unknown[], schema: Schema, path: string, old: unknown): FieldError[] {
  const { maxItems, minItems, items } = schema;
  const oldItem = oldItems(old, schema);
  const errors: FieldError[] = [];
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooManyItems(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    errors.push(...broken(value, path, `should have at least ${minItems} items`));
  }
  if (items === undefined) return errors;
  return [...errors, ...value.flatMap((item, i) => validateSchema(item, items, `${path}[${i}]`, oldItem(item)))];
}

function validateObject(value: JsonObject, schema: Schema, path: string, old: unknown): FieldError[] {
  const { maxProperties, minProperties } = schema;
  const child = (key: string) => (path === '' ? key : `${path}.${key}`);
  const needed = new Set([...(schema.required ?? []), ...(schema['x-kubernetes-embedded-resource'] ? TYPE_META : [])]);
  const errors = [...needed].filter((key) => value[key] === undefined).map((key) => required(child(key)));
  const size = Object.keys(value).length;
  if (maxProperties !== undefined && size > maxProperties) errors.push(tooManyItems(path, size, maxProperties));
  if (minProperties !== undefined && size < minProperties) {
    errors.push(...broken(value, path, `should have at least ${minProperties} properties`));
  }
  for (const [key, item] of Object.entries(value)) {
    const inner = fieldSchema(schema, key);
    if (inner !== undefined && item !== undefined)
      errors.push(...validateSchema(item, inner, child(key), oldField(old, key)));
  }
  return errors;
}

function validateFormat(value: unknown, schema: Schema, path: string): FieldError[] {
  const { format } = schema;
  if (format === undefined || hasFormat(value, format)) return [];
  if (typeof value === 'number') return [unsafeInteger(schema, path)];
  const detail = `${path} in body must be of type ${format}: ${JSON.stringify(value)}`;
  return [{ type: 'FieldValueTypeInvalid', field: where(path), value, detail }];
}

/** An error of a schema combination has no field. The alternative with the fewest errors provides the reason. */
function validateCombinations(value: unknown, schema: Schema, path: string): FieldError[] {
  const tried = (parts: readonly Schema[] = []) => parts.map((part) => validateSchema(value, part, path));
  const unmet = (text: string): FieldError => invalidField('<nil>', '', `${JSON.stringify(path)} must ${text}`);
  const [all, any, one] = [tried(schema.allOf), tried(schema.anyOf), tried(schema.oneOf)];
  const errors = all.flat();
  if (errors.length > 0) {
    errors.push(unmet(`validate all the schemas (allOf)${all.every(isRefused) ? '. None validated' : ''}`));
  }
  if (any.length > 0 && any.every(isRefused)) {
    errors.push(unmet('validate at least one schema (anyOf)'), ...nearest(any));
  }
  const found = one.filter((part) => !isRefused(part)).length;
  if (one.length > 0 && found !== 1) {
    const text = found === 0 ? 'Found none valid' : `Found ${found} valid alternatives`;
    errors.push(unmet(`validate one and only one schema (oneOf). ${text}`), ...(found === 0 ? nearest(one) : []));
  }
  if (schema.not !== undefined && validateSchema(value, schema.not, path).length === 0) {
    errors.push(unmet('not validate the schema (not)'));
  }
  return errors;
}

function isRefused(errors: readonly FieldError[]): boolean {
  return errors.length > 0;
}

function nearest(alternatives: readonly FieldError[][]): readonly FieldError[] {
  return alternatives.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

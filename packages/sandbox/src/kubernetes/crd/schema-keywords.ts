import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import { compilePattern } from './re2.ts';

const UNSUPPORTED = ['$ref', '$schema', 'id', 'definitions', 'dependencies', 'patternProperties', 'additionalItems'];

function validateUnsupported(schema: Schema, field: string): FieldError[] {
  return UNSUPPORTED.filter((key) => key in schema).map((key) =>
    forbiddenField(`${field}.${key}`, `${key} is not supported`),
  );
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Validates the keywords of a schema, except those for lists, rules and resources. */
export function validateKeywords(schema: Schema, field: string): FieldError[] {
  return [
    ...validateUnsupported(schema, field),
    ...validateCombined(schema, field),
    ...validatePattern(schema, field),
    ...validateExtensions(schema, field),
  ];
}

function validateCombined(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  if (type === 'null') {
    errors.push(forbiddenField(`${field}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (schema.uniqueItems === true) {
    const text = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, text));
  }
  if (schema.properties !== undefined && typeof schema.additionalProperties === 'object') {
    const text = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbiddenField(`${field}.additionalProperties`, text));
  }
  if (type === 'array' && schema.items === undefined) errors.push(required(`${field}.items`, 'must be specified'));
  return errors;
}

function validatePattern({ pattern }: Schema, field: string): FieldError[] {
  if (pattern === undefined) return [];
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `must be a valid regular expression, but isn't: ${reason}`;
    return [invalidField(`${field}.pattern`, pattern, text)];
  }
}

function validateExtensions(schema: Schema, field: string): FieldError[] {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  const at = `${field}.x-kubernetes-preserve-unknown-fields`;
  if (preserve === false) return [invalidField(at, false, 'must be true or undefined')];
  if (preserve !== true || schema['x-kubernetes-int-or-string'] !== true) return [];
  return [invalidField(at, true, 'must be false if x-kubernetes-int-or-string is true')];
}

import { type FieldError, invalidField } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import { unknownFields } from './prune.ts';
import { validateRules } from './rules.ts';
import { validateSchema } from './validate.ts';

/**
 * Validates the default of a schema like an object, including CEL rules. Nested defaults are not filled in first, so a
 * rule that reads such a field does not find it.
 */
export function validateDefault(schema: Schema, field: string): FieldError[] {
  const { default: value } = schema;
  if (value === undefined || value === null || schema['x-kubernetes-int-or-string'] === true) return [];
  const at = `${field}.default`;
  if (unknownFields(value, schema).length > 0) return [invalidField(at, value, 'must not have unknown fields')];
  const errors = validateSchema(value, schema, '');
  const found = errors.length > 0 ? errors : validateRules(value, undefined, schema, '');
  return found.map((error) => ({ ...error, field: below(at, error.field) }));
}

function below(at: string, field: string): string {
  if (field === '' || field === '<nil>') return at;
  return field.startsWith('[') ? at + field : `${at}.${field}`;
}

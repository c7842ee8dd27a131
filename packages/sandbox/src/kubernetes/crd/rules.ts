import type { FieldError, FieldErrorType } from '../field-error.ts';
import { deepEqual, isObject } from '../json.ts';
import { fieldSchema, type Schema, type ValidationRule } from '../schema/schema.ts';
import { celOptional, compileCel } from './cel.ts';
import { celValue } from './cel-value.ts';
import { oldField, oldItems } from './correlate.ts';

const OLD_SELF = /\boldSelf\b/;

/**
 * Evaluates `x-kubernetes-validations` at every level of a value. Transition rules (with `oldSelf`) run only if the old
 * value is known: on updates, and not in lists whose items have no identity. Other rules are skipped if an update does
 * not change the value.
 */
export function validateRules(value: unknown, old: unknown, schema: Schema, path: string): FieldError[] {
  if (value === null || value === undefined) return [];
  const rules = schema['x-kubernetes-validations'] ?? [];
  return [
    ...rules.flatMap((rule) => evaluate(rule, value, old, schema, path)),
    ...(Array.isArray(value) ? validateItems(value, old, schema, path) : []),
    ...(isObject(value) ? validateFields(value, old, schema, path) : []),
  ];
}

function validateFields(value: Record<string, unknown>, old: unknown, schema: Schema, path: string): FieldError[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = fieldSchema(schema, key);
    if (inner === undefined) return [];
    const isNamed = schema.properties?.[key] !== undefined;
    return validateRules(item, oldField(old, key), inner, isNamed ? fieldPath(path, key) : `${path}[${key}]`);
  });
}

function fieldPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function validateItems(value: readonly unknown[], old: unknown, schema: Schema, path: string): FieldError[] {
  const { items } = schema;
  if (items === undefined) return [];
  const oldItem = oldItems(old, schema);
  return value.flatMap((item, index) => validateRules(item, oldItem(item), items, `${path}[${index}]`));
}

function evaluate(rule: ValidationRule, value: unknown, old: unknown, schema: Schema, path: string): FieldError[] {
  const isTransition = OLD_SELF.test(rule.rule);
  if (isTransition && old === undefined && rule.optionalOldSelf !== true) return [];
  if (!isTransition && old !== undefined && deepEqual(value, old)) return [];
  const variables: Record<string, unknown> = { self: celValue(value, schema) };
  if (isTransition) {
    const before = old === undefined ? undefined : celValue(old, schema);
    variables['oldSelf'] = rule.optionalOldSelf === true ? celOptional(before) : before;
  }
  try {
    if (compileCel(rule.rule)(variables) === true) return [];
  } catch (error) {
    const detail = `${reasonOf(error)} evaluating rule: ${rule.message ?? rule.rule}`;
    return [{ type: 'FieldValueInvalid', field: fieldOf(path), value: typeName(value), detail }];
  }
  return [failure(rule, value, path, messageOf(rule, variables))];
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return text.replace(/^No such key/, 'no such key');
}

/** The static message is used if messageExpression fails or returns an empty or multi-line text. */
function messageOf(rule: ValidationRule, variables: Record<string, unknown>): string {
  const plain = rule.message?.trim() ?? `failed rule: ${rule.rule}`;
  if (rule.messageExpression === undefined) return plain;
  try {
    const text = compileCel(rule.messageExpression)(variables);
    return typeof text === 'string' && text.trim() !== '' && !text.includes('\n') ? text.trim() : plain;
  } catch {
    return plain;
  }
}

/** The error shows the value of a scalar, but not an object or list. */
function failure(rule: ValidationRule, value: unknown, path: string, detail: string): FieldError {
  const type = (rule.reason ?? 'FieldValueInvalid') as FieldErrorType;
  const field = fieldOf(`${path}${rule.fieldPath ?? ''}`);
  if (typeof value === 'object') return { type, field, detail };
  return type === 'FieldValueDuplicate' ? { type, field, value } : { type, field, value, detail };
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}

function fieldOf(path: string): string {
  const field = path.replace(/^\./, '');
  return field === '' ? '<nil>' : field;
}

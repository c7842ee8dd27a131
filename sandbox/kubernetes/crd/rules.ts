import type { FieldError, FieldErrorType } from '../field-error.ts';
import { isObject } from '../json.ts';
import { itemElement } from '../apply/structure.ts';
import { fieldSchema, type Schema, type ValidationRule } from '../schema/schema.ts';
import { celOptional, compileCel } from './cel.ts';
import { celValue } from './cel-value.ts';

const OLD_SELF = /\boldSelf\b/;

/**
 * Evaluates `x-kubernetes-validations` at every level of a value. Transition rules (those that name `oldSelf`) run only
 * where the old value is known: on updates, and not inside lists whose items have no identity.
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
    return validateRules(item, isObject(old) ? old[key] : undefined, inner, path === '' ? key : `${path}.${key}`);
  });
}

function validateItems(value: readonly unknown[], old: unknown, schema: Schema, path: string): FieldError[] {
  const { items } = schema;
  if (items === undefined) return [];
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  const known = new Map((isMap && Array.isArray(old) ? old : []).map((item) => [itemElement(item, schema), item]));
  return value.flatMap((item, index) =>
    validateRules(item, known.get(itemElement(item, schema)), items, `${path}[${index}]`),
  );
}

function evaluate(rule: ValidationRule, value: unknown, old: unknown, schema: Schema, path: string): FieldError[] {
  const isTransition = OLD_SELF.test(rule.rule);
  if (isTransition && old === undefined && rule.optionalOldSelf !== true) return [];
  const variables: Record<string, unknown> = { self: celValue(value, schema) };
  if (isTransition) {
    const before = old === undefined ? undefined : celValue(old, schema);
    variables['oldSelf'] = rule.optionalOldSelf === true ? celOptional(before) : before;
  }
  try {
    if (compileCel(rule.rule)(variables) === true) return [];
    return [failure(rule, path, messageOf(rule, variables))];
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return [failure(rule, path, `${reason} evaluating rule: ${rule.message ?? rule.rule}`)];
  }
}

function messageOf(rule: ValidationRule, variables: Record<string, unknown>): string {
  const text = rule.messageExpression === undefined ? undefined : compileCel(rule.messageExpression)(variables);
  if (typeof text === 'string' && text !== '') return text;
  return rule.message?.trim() ?? `failed rule: ${rule.rule}`;
}

/** As measured on 1.36: the cause shows no value, only the message. */
function failure(rule: ValidationRule, path: string, detail: string): FieldError {
  const type = (rule.reason ?? 'FieldValueInvalid') as FieldErrorType;
  const field = `${path}${rule.fieldPath ?? ''}`.replace(/^\./, '');
  return { type, field: field === '' ? '<nil>' : field, detail };
}

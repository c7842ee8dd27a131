import type { KubeObject } from '../api.ts';
import { type FieldError, forbiddenField } from '../field-error.ts';
import { deepEqual } from '../json.ts';

/** Rejects changes to the given fields of an object with `immutable: true`, and to `immutable` itself. */
export function validateImmutable(
  object: KubeObject,
  old: KubeObject | undefined,
  fields: readonly string[],
): FieldError[] {
  if (old === undefined || old['immutable'] !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const changed = fields.filter((field) => !deepEqual(object[field], old[field]));
  const errors = changed.map((field) => forbiddenField(field, detail));
  return object['immutable'] === true ? errors : [forbiddenField('immutable', detail), ...errors];
}

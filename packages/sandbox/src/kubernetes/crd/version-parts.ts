import { duplicateField, type FieldError, invalidField, required, tooManyItems } from '../field-error.ts';
import { arrayOrEmpty, isObject, objectOrEmpty, textOf } from '../json.ts';
import type { Schema } from '../schema/schema.ts';

const SIMPLE_PATH = /^(\.[A-Za-z_][\w-]*(\[\d+\])?)+$/;

/** Paths of the scale subresource, their allowed prefixes, and the error for other paths. */
const SCALE_PATHS = [
  ['specReplicasPath', /^\.spec\./, 'should be a json path under .spec'],
  ['statusReplicasPath', /^\.status\./, 'should be a json path under .status'],
  ['labelSelectorPath', /^\.(spec|status)\./, 'should be a json path under either .spec or .status'],
] as const;

/** Validates the paths of the scale subresource. */
export function validateSubresources(subresources: unknown, field: string): FieldError[] {
  const { scale } = objectOrEmpty(subresources);
  if (!isObject(scale)) return [];
  return SCALE_PATHS.flatMap(([key, allowed, text]) => {
    const path = textOf(scale[key]);
    const at = `${field}.scale.${key}`;
    if (path === '') return key === 'labelSelectorPath' ? [] : [required(at)];
    const simple = validateSimplePath(path, at);
    return simple.length > 0 || allowed.test(path) ? simple : [invalidField(at, path, text)];
  });
}

function validateSimplePath(path: string, field: string): FieldError[] {
  if (!path.startsWith('.')) return [invalidField(field, path, 'must be a simple json path starting with .')];
  return SIMPLE_PATH.test(path) ? [] : [invalidField(field, path, 'must be a simple json path')];
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** Validates the columns that `kubectl get` shows. */
export function validateColumns(columns: unknown, field: string): FieldError[] {
  return arrayOrEmpty(columns)
    .map(objectOrEmpty)
    .flatMap((column, index) => {
      const at = `${field}[${index}]`;
      const types = `must be one of ${COLUMN_TYPES.join(',')}`;
      const formats = `must be one of ${COLUMN_FORMATS.join(',')}`;
      const [name, type, format, path] = ['name', 'type', 'format', 'jsonPath'].map((key) => textOf(column[key]));
      return [
        ...(name === '' ? [required(`${at}.name`)] : []),
        ...(type === '' ? [required(`${at}.type`, types)] : outside(`${at}.type`, type, [COLUMN_TYPES, types])),
        ...(format === '' ? [] : outside(`${at}.format`, format, [COLUMN_FORMATS, formats])),
        ...validateColumnPath(path ?? '', `${at}.JSONPath`),
      ];
    });
}

function outside(field: string, value = '', [known, text]: readonly [readonly string[], string]): FieldError[] {
  return known.includes(value) ? [] : [invalidField(field, value, text)];
}

/** Only the beginning of a column path is validated, because the rest may contain filters and indices. */
function validateColumnPath(path: string, field: string): FieldError[] {
  if (path === '') return [required(field)];
  return path.startsWith('.') ? [] : [invalidField(field, path, 'must be a simple json path starting with .')];
}

const MOST_SELECTABLE = 8;
const SELECTABLE = new Set(['string', 'boolean', 'integer']);

/** Validates the selectable fields. */
export function validateSelectableFields(fields: unknown, field: string, schema: Schema): FieldError[] {
  const paths = arrayOrEmpty(fields).map((entry) => textOf(objectOrEmpty(entry)['jsonPath']));
  const errors = paths.flatMap((path, index) => {
    const at = `${field}[${index}].jsonPath`;
    if (path === '') return [required(at)];
    const text = refusal(path, schema);
    if (text !== undefined) return [invalidField(at, path, text)];
    return paths.indexOf(path) < index ? [duplicateField(at, path)] : [];
  });
  return paths.length > MOST_SELECTABLE ? [...errors, tooManyItems(field, paths.length, MOST_SELECTABLE)] : errors;
}

function refusal(path: string, schema: Schema): string | undefined {
  if (!path.startsWith('.')) return `is an invalid path: expected [ or . but got: ${path.split('.')[0]}`;
  if (path.includes('[')) return 'is an invalid path: array notation is not allowed';
  const steps = path.slice(1).split('.');
  let found: Schema | undefined = schema;
  for (const step of steps) found = found?.properties?.[step];
  if (found === undefined || steps[0] === 'metadata') return 'is an invalid path: does not refer to a valid field';
  if (SELECTABLE.has(found.type ?? '')) return undefined;
  return 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
}

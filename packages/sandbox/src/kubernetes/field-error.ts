import { ApiError, type StatusCause } from './status-error.ts';

/** Why a field is rejected: the constants of apimachinery's `field` package. */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** A rejected field of an object. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** If absent, the message shows no value. */
  readonly value?: unknown;
  readonly detail?: string;
}

const TITLES: Record<FieldErrorType, string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

const WITHOUT_VALUE = new Set<FieldErrorType>(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong']);

/** The field is missing. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

/** The value is invalid. */
export function invalidField(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, detail };
}

/** The value is not in the list of supported values. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.map((item) => JSON.stringify(item)).join(', ');
  return { type: 'FieldValueNotSupported', field, value, detail: `supported values: ${values}` };
}

/** The field must not be set or changed. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

/** The list contains the value twice. */
export function duplicateField(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, value };
}

/** The value refers to something that does not exist. */
export function notFoundField(field: string, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, value };
}

/** The value has more than `max` bytes. */
export function tooLong(field: string, max: number): FieldError {
  return { type: 'FieldValueTooLong', field, detail: `may not be more than ${max} bytes` };
}

/** The list or map has more than `max` entries. */
export function tooManyItems(field: string, actual: number, max: number): FieldError {
  const detail = `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return { type: 'FieldValueTooMany', field, value: actual, detail };
}

/** The message of a field error without the field, as in a cause. */
export function fieldErrorBody(error: FieldError): string {
  const shown = WITHOUT_VALUE.has(error.type) || !('value' in error) ? '' : `: ${printValue(error.value)}`;
  const detail = error.detail === undefined || error.detail === '' ? '' : `: ${error.detail}`;
  return `${TITLES[error.type]}${shown}${detail}`;
}

function printValue(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}

function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}

function asCause(error: FieldError): StatusCause {
  return { reason: error.type, message: fieldErrorBody(error), field: error.field };
}

/** A 422 with one cause per field. kubectl prints the causes, other clients the message. */
export function invalid(kind: { readonly group: string; readonly kind: string }, name: string, errors: FieldError[]) {
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = [...new Set(errors.map(fieldErrorText))];
  const summary = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${summary}`, {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes: errors.map(asCause),
  });
}

/** Throws `invalid(...)` if there are errors. */
export function refuseInvalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: FieldError[],
): void {
  if (errors.length > 0) throw invalid(kind, name, errors);
}

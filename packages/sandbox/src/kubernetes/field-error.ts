import { ApiError, type StatusCause } from './status-error.ts';

/** Why a field is refused: the constants of apimachinery's `field` package. */
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

/** One refused field of an object. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** Absent: the text shows no value. */
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

/** The field must be set. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

/** The field has a value that does not fit. */
export function invalidField(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, value, detail };
}

/** The field is not one of a closed list. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.map((item) => JSON.stringify(item)).join(', ');
  return { type: 'FieldValueNotSupported', field, value, detail: `supported values: ${values}` };
}

/** The field may not be set, or not be changed. */
export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

/** The value is in the list twice. */
export function duplicateField(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, value };
}

/** The value names something that is not there. */
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

/** The message of a field error without its field, as in a cause. */
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

/** 422 with one cause per field: kubectl prints the causes, everything else reads the message. */
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

/** Throws `invalid(...)` when there is anything to complain about. */
export function refuseInvalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: FieldError[],
): void {
  if (errors.length > 0) throw invalid(kind, name, errors);
}

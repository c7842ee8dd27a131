import { type FieldError, forbiddenField, notSupported, refuseInvalid, required } from '../field-error.ts';
import type { FieldValidation, WriteOptions } from '../registry/write-options.ts';
import { badRequest } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';

const VALIDATIONS: ReadonlySet<string> = new Set(['Ignore', 'Strict', 'Warn']);
const MAX_MANAGER = 128;

/** Reads `dryRun`, `fieldManager` and `fieldValidation`. Adds warnings to the given list. */
export function writeOptions(
  request: Pick<ApiRequest, 'query' | 'userAgent' | 'user'>,
  warnings: string[],
): WriteOptions {
  const { query, userAgent, user } = request;
  refuseInvalid({ group: 'meta.k8s.io', kind: 'WriteOptions' }, '', validateDryRun(query.getAll('dryRun')));
  return {
    manager: managerOf(query, userAgent),
    user,
    dryRun: query.getAll('dryRun').includes('All'),
    fieldValidation: fieldValidation(query.get('fieldValidation') ?? ''),
    warn: (text) => warnings.push(text),
  };
}

/** The field manager: the parameter `fieldManager`, or else the first token of the user agent. */
export function managerOf(query: URLSearchParams, userAgent: string): string {
  const named = query.get('fieldManager') ?? '';
  if (named !== '') return named;
  return (userAgent.split('/', 1)[0] ?? '').slice(0, MAX_MANAGER) || 'unknown';
}

function validateDryRun(values: readonly string[]): FieldError[] {
  return values.filter((value) => value !== 'All').map((value) => notSupported('dryRun', [value], ['All']));
}

function fieldValidation(value: string): FieldValidation {
  if (value === '') return 'Warn';
  if (!VALIDATIONS.has(value)) throw badRequest(`invalid fieldValidation: ${value}`);
  return value as FieldValidation;
}

/** Validates the parameters that are required or allowed only for an apply. */
export function checkPatchParameters(query: URLSearchParams, isApply: boolean): void {
  const patchOptions = { group: 'meta.k8s.io', kind: 'PatchOptions' };
  if (isApply && (query.get('fieldManager') ?? '') === '') {
    refuseInvalid(patchOptions, '', [required('fieldManager', 'is required for apply patch')]);
  }
  if (!isApply && query.has('force')) {
    refuseInvalid(patchOptions, '', [forbiddenField('force', 'may not be specified for non-apply patch')]);
  }
}

/** `Warning` headers in the format of RFC 7234. */
export function warningHeaders(warnings: readonly string[]): Record<string, readonly string[]> {
  if (warnings.length === 0) return {};
  return { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`) };
}

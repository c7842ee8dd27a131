import { parseGoDuration } from '../../connector/go-duration.ts';
import { invalidRequest } from './access-error.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Documented maximum of the name of an application. Assumption: of every name. */
const NAME_LENGTH = 350;

/** Assumption: the wording of the errors. */
export function readName({ name }: Body): string {
  if (typeof name !== 'string' || name.trim() === '') throw invalidRequest('name is required');
  if (name.length > NAME_LENGTH) throw invalidRequest(`name must not be longer than ${NAME_LENGTH} characters`);
  return name;
}

/** `24h`, `30m`; also `2h45m`, as Go writes durations. */
export function assertDuration(duration: string, field: string): number {
  const parsed = parseGoDuration(duration);
  if (parsed === undefined || parsed < 0) throw invalidRequest(`${field} is invalid`);
  return parsed;
}

export function readDuration(value: unknown, field: string, standard: string): string {
  if (value === undefined || value === null) return standard;
  if (typeof value !== 'string') throw invalidRequest(`${field} is invalid`);
  assertDuration(value, field);
  return value;
}

/** The settings of a body that have no meaning here. They are kept and returned. */
export function without(body: Body, known: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => !known.includes(key) && value !== undefined));
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

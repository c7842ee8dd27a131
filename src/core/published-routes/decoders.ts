/** Reads JSON that a person may have edited. Whatever is not exactly as it was written is broken. */
import { isRecord } from '../json.ts';

export const BROKEN = Symbol('cannot be read');
export type Decoder<T> = (value: unknown) => T | typeof BROKEN;

export const text: Decoder<string> = (value) => (typeof value === 'string' ? value : BROKEN);
export const truth: Decoder<boolean> = (value) => (typeof value === 'boolean' ? value : BROKEN);
/** A whole number from 0 on. */
export const count: Decoder<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : BROKEN;

export function oneOf<T extends string | number | boolean>(...choices: readonly T[]): Decoder<T> {
  return (value) => choices.find((choice) => choice === value) ?? BROKEN;
}

export function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return BROKEN;
    const items = value.map(item);
    return items.includes(BROKEN) ? BROKEN : (items as T[]);
  };
}

type Fields = Readonly<Record<string, Decoder<unknown>>>;
type Read<F extends Fields> = { readonly [K in keyof F]: Exclude<ReturnType<F[K]>, typeof BROKEN> };

/** An object with all of the first fields, and perhaps some of the second. They are read in this order. */
export function record<F extends Fields, O extends Fields>(
  required: F,
  optional: O,
): Decoder<Read<F> & Partial<Read<O>>> {
  const fields: Fields = { ...required, ...optional };
  const isKnown = (key: string): boolean => Object.hasOwn(fields, key);
  return (value) => {
    if (!isRecord(value) || !Object.keys(value).every(isKnown)) return BROKEN;
    if (Object.keys(required).some((key) => value[key] === undefined)) return BROKEN;
    const present = Object.entries(fields).filter(([key]) => value[key] !== undefined);
    const entries = present.map(([key, read]) => [key, read(value[key])] as const);
    const isBroken = entries.some(([, read]) => read === BROKEN);
    return isBroken ? BROKEN : (Object.fromEntries(entries) as Read<F> & Partial<Read<O>>);
  };
}

/** An object whose field `type` says what else it has. */
export function variant<T>(decoders: Readonly<Record<string, Decoder<T>>>): Decoder<T> {
  return (value) => {
    const type = isRecord(value) ? value['type'] : undefined;
    const decoder = typeof type === 'string' && Object.hasOwn(decoders, type) ? decoders[type] : undefined;
    return decoder === undefined ? BROKEN : decoder(value);
  };
}

import { isRecord } from '../json.ts';

/**
 * Whether an observed object holds everything a manifest says. What the API server or others have added does not
 * count: an object that only has more is left alone, so that no write ever fights defaulting.
 */
export function holds(observed: unknown, wanted: unknown): boolean {
  return differencesAt('', observed, wanted).next().done === true;
}

/** Where an observed object differs from a manifest, and what it has there: equal texts are equal differences. */
export function differencesText(observed: unknown, wanted: unknown): string {
  return JSON.stringify([...differencesAt('', observed, wanted)]);
}

/** A place in the manifest, and what is observed there. */
type Difference = readonly [path: string, observed: unknown];

function* differencesAt(path: string, observed: unknown, wanted: unknown): Generator<Difference> {
  if (Array.isArray(wanted) && Array.isArray(observed)) yield* differencesInList(path, observed, wanted);
  else if (isRecord(wanted) && isRecord(observed))
    for (const [field, value] of Object.entries(wanted))
      yield* differencesAt(`${path}/${field}`, observed[field], value);
  else if (!isSameValue(path, observed, wanted)) yield [path, observed ?? null];
}

function isSameValue(path: string, observed: unknown, wanted: unknown): boolean {
  if (observed === undefined) return isEmpty(wanted);
  return /\/(requests|limits)\/[^/]+$/.test(path) ? isSameQuantity(observed, wanted) : observed === wanted;
}

/** The API server leaves out what is empty. */
function isEmpty(wanted: unknown): boolean {
  if (wanted === undefined || wanted === '') return true;
  return typeof wanted === 'object' && wanted !== null && Object.keys(wanted).length === 0;
}

/** Lists whose items have a key are compared by it, as the API server merges them; all others by position. */
function* differencesInList(
  path: string,
  observed: readonly unknown[],
  wanted: readonly unknown[],
): Generator<Difference> {
  const key = mergeKeyOf(wanted);
  if (key === undefined && observed.length !== wanted.length) yield [path, observed];
  else
    for (const [index, item] of wanted.entries()) {
      const twin = key === undefined ? observed[index] : observed.find((candidate) => isTwin(candidate, item, key));
      yield* differencesAt(`${path}/${index}`, twin, item);
    }
}

function isTwin(candidate: unknown, item: unknown, key: string): boolean {
  return isRecord(candidate) && isRecord(item) && candidate[key] === item[key];
}

const MERGE_KEYS = ['name', 'mountPath', 'uid'];

function mergeKeyOf(items: readonly unknown[]): string | undefined {
  if (items.length === 0) return undefined;
  return MERGE_KEYS.find((key) => items.every((item) => isRecord(item) && typeof item[key] === 'string'));
}

const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;
const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The API server rewrites quantities (`1000m` becomes `1`); that is not drift. */
function isSameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [quantityOf(a), quantityOf(b)];
  if (left === undefined || right === undefined) return a === b;
  return Math.abs(left - right) <= Math.max(left, right) * 1e-9;
}

function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const match = QUANTITY.exec(value);
  return match === null ? undefined : Number(match[1]) * (FACTORS[match[2] ?? ''] ?? 1);
}

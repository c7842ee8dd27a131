import { isRecord } from '../json.ts';

/**
 * Whether an observed object contains everything in a manifest. Additional fields do not count, so that the operator
 * never undoes what the API server or a webhook has added.
 */
export function holds(observed: unknown, wanted: unknown): boolean {
  return differencesAt('', observed, wanted).next().done === true;
}

/** Serializes the differences between an observed object and a manifest. Equal texts mean equal differences. */
export function differencesText(observed: unknown, wanted: unknown): string {
  return JSON.stringify([...differencesAt('', observed, wanted)]);
}

/** A path in the manifest, and the value observed there. */
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

/** The API server omits empty values. */
function isEmpty(wanted: unknown): boolean {
  if (wanted === undefined || wanted === '') return true;
  return typeof wanted === 'object' && wanted !== null && Object.keys(wanted).length === 0;
}

/** Compares lists by merge key, as the API server merges them, or by position if the items have none. */
function* differencesInList(
  path: string,
  observed: readonly unknown[],
  wanted: readonly unknown[],
): Generator<Difference> {
  const key = mergeKeyOf(wanted);
  if (key === undefined && observed.length !== wanted.length) yield [path, observed];
  else
    for (const [index, item] of wanted.entries()) {
      const counterpart =
        key === undefined ? observed[index] : observed.find((candidate) => hasSameKey(candidate, item, key));
      yield* differencesAt(`${path}/${index}`, counterpart, item);
    }
}

function hasSameKey(candidate: unknown, item: unknown, key: string): boolean {
  return isRecord(candidate) && isRecord(item) && candidate[key] === item[key];
}

/** A volume may be mounted twice, so `mountPath` precedes `name`. */
const MERGE_KEYS = ['mountPath', 'name', 'uid'];

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

/** Compares quantities by value, because the API server normalizes them (`1000m` becomes `1`). */
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

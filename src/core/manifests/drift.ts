import { isRecord } from '../json.ts';

/**
 * Whether an observed object holds everything a manifest says. What the API server or others have added does not
 * count: an object that only has more is left alone, so that no write ever fights defaulting.
 */
export function holds(observed: unknown, wanted: unknown): boolean {
  return holdsAt('', observed, wanted);
}

/** `field`: the name under which both stand. */
function holdsAt(field: string, observed: unknown, wanted: unknown): boolean {
  if (observed === undefined) return isEmpty(wanted);
  if (Array.isArray(wanted)) return Array.isArray(observed) && holdsList(observed, wanted);
  if (!isRecord(wanted)) return observed === wanted;
  if (!isRecord(observed)) return false;
  const same = field === 'requests' || field === 'limits' ? isSameQuantity : holdsAt;
  return Object.entries(wanted).every(([key, value]) => same(key, observed[key], value));
}

/** The API server leaves out what is empty. */
function isEmpty(wanted: unknown): boolean {
  if (wanted === undefined || wanted === '') return true;
  return typeof wanted === 'object' && wanted !== null && Object.keys(wanted).length === 0;
}

/** Lists whose items have a key are compared by it, as the API server merges them; all others by position. */
function holdsList(observed: readonly unknown[], wanted: readonly unknown[]): boolean {
  const key = mergeKeyOf(wanted);
  if (key === undefined)
    return observed.length === wanted.length && wanted.every((item, index) => holds(observed[index], item));
  return wanted.every((item) => {
    const twin = observed.find((candidate) => isRecord(candidate) && isRecord(item) && candidate[key] === item[key]);
    return twin !== undefined && holds(twin, item);
  });
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
function isSameQuantity(_field: string, a: unknown, b: unknown): boolean {
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

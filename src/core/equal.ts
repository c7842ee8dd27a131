import { isRecord } from './json.ts';

/** Whether two JSON values are equal, regardless of the order of keys. An absent key equals an undefined one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  return isRecord(a) && isRecord(b) && containsEntries(a, b) && containsEntries(b, a);
}

/** Whether every key of `a` has the same value in `b`. It creates no list of keys, because it compares large tables. */
function containsEntries(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key in a) if (a[key] !== b[key] && !sameJson(a[key], b[key])) return false;
  return true;
}

import { arrayOrEmpty, deepEqual, isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import { badRequest } from '../status-error.ts';

const DIRECTIVES = /^\$(patch|retainKeys|setElementOrder\/.*|deleteFromPrimitiveList\/.*)$/;

/** `application/strategic-merge-patch+json`: a merge patch that merges keyed lists by item and supports directives. */
export function applyStrategicMergePatch(document: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const merged: JsonObject = isObject(document) ? { ...document } : {};
  retainKeys(merged, patch['$retainKeys']);
  for (const [key, value] of Object.entries(patch)) {
    if (DIRECTIVES.test(key)) continue;
    const next = value === null ? undefined : mergeField(merged[key], value, fieldSchema(schema, key));
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  for (const [key, value] of Object.entries(patch)) applyListDirective(merged, key, value, schema);
  return merged;
}

/** Removes fields outside the list, for example when a volume changes its source or a strategy its type. */
function retainKeys(target: JsonObject, keys: unknown): void {
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(target)) if (!keys.includes(key)) delete target[key];
}

function mergeField(current: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(patch)) return mergeList(arrayOrEmpty(current), patch, schema);
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'delete') return undefined;
  return applyStrategicMergePatch(current, patch, schema);
}

function mergeList(current: readonly unknown[], patch: readonly unknown[], schema: Schema | undefined): unknown[] {
  const mergeKey = schema?.['x-kubernetes-patch-merge-key'];
  const items = patch.filter((item) => !isBareReplace(item));
  if (items.length < patch.length) return items.map(withoutDirectives);
  if (!(schema?.['x-kubernetes-patch-strategy'] ?? '').split(',').includes('merge')) return [...items];
  if (mergeKey !== undefined) return mergeKeyed(current, items, mergeKey, schema?.items);
  return [...new Set([...current, ...items])];
}

/** `{"$patch": "replace"}` among the items: the list is replaced, not merged. */
function isBareReplace(item: unknown): boolean {
  return isObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1;
}

function mergeKeyed(
  current: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  items: Schema | undefined,
): unknown[] {
  const merged = [...current];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const index = merged.findIndex((known) => isObject(known) && deepEqual(known[key], item[key]));
    if (item['$patch'] === 'delete') merged.splice(index, index < 0 ? 0 : 1);
    else if (index < 0) merged.push(withoutDirectives(item));
    else merged[index] = applyStrategicMergePatch(merged[index], item, items);
  }
  return merged;
}

function applyListDirective(target: JsonObject, directive: string, value: unknown, schema: Schema | undefined): void {
  const [kind, field] = directive.split('/', 2);
  if (field === undefined || !Array.isArray(value) || !Array.isArray(target[field])) return;
  const items: readonly unknown[] = target[field];
  if (kind === '$deleteFromPrimitiveList') target[field] = items.filter((item) => !value.includes(item));
  if (kind !== '$setElementOrder') return;
  const mergeKey = fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'];
  target[field] = inOrder(items, value, mergeKey);
}

/** Items in the requested order. Items that the client does not know keep their predecessor. */
function inOrder(items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): unknown[] {
  const identity = (item: unknown) => JSON.stringify(mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const rank = new Map(order.map((item, index) => [identity(item), index]));
  let last = -1;
  const ranked = items.map((item) => {
    const own = rank.get(identity(item));
    last = own ?? last;
    return { item, rank: last };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key, item]) => !DIRECTIVES.test(key) && item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutDirectives(item)]));
}

import { deepEqual, isObject, type JsonObject } from '../json.ts';
import { fieldSchema, type Schema } from '../schema/schema.ts';
import { emptySet, type FieldSet, fieldSet, isEmptySet, leafSet, type PathElement, union } from './field-set.ts';
import { isGranularList, itemElement, type Part, partsOf } from './structure.ts';

/** The paths that an applied configuration claims. */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet {
  const parts = partsOf(value, schema);
  if (parts === undefined) return leafSet;
  return fieldSet(false, parts.map(claimOf));
}

function claimOf(part: Part): readonly [PathElement, FieldSet] {
  const inside = fieldsOf(part.value, part.schema);
  const isEmptyMap = isObject(part.value) && Object.keys(part.value).length === 0;
  return [part.element, !part.named || isEmptyMap ? { ...inside, member: true } : inside];
}

/** The paths that differ between two values. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two values of one schema. `undefined` means absent. Added and removed containers are separate paths. */
export function compare(before: unknown, after: unknown, schema: Schema | undefined): Comparison {
  if (before === undefined) return { ...nothing, added: allPaths(after, schema) };
  if (after === undefined) return { ...nothing, removed: allPaths(before, schema) };
  // Most of an object is unchanged, and this takes far less than naming its paths.
  if (deepEqual(before, after)) return nothing;
  const [old, next] = [partsOf(before, schema), partsOf(after, schema)];
  return old === undefined || next === undefined ? changed : compareParts(old, next);
}

const nothing: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };
const changed: Comparison = { ...nothing, modified: leafSet };

function compareParts(before: readonly Part[], after: readonly Part[]): Comparison {
  const [old, next] = [byElement(before), byElement(after)];
  const elements = [...new Set([...old.keys(), ...next.keys()])];
  const changes = elements.map((element) => {
    const [from, to] = [old.get(element), next.get(element)];
    return [element, compare(from?.value, to?.value, (to ?? from)?.schema)] as const;
  });
  const collect = (kind: keyof Comparison) =>
    fieldSet(
      false,
      changes.map(([element, change]) => [element, change[kind]] as const),
    );
  return { added: collect('added'), modified: collect('modified'), removed: collect('removed') };
}

function byElement(parts: readonly Part[]): Map<PathElement, Part> {
  return new Map(parts.map((part) => [part.element, part]));
}

function allPaths(value: unknown, schema: Schema | undefined): FieldSet {
  const parts = partsOf(value, schema) ?? [];
  return fieldSet(
    true,
    parts.map((part) => [part.element, allPaths(part.value, part.schema)] as const),
  );
}

/**
 * Merges an applied configuration into the live value: maps and keyed lists are merged, everything else is replaced.
 */
export function merge(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (isObject(live) && isObject(applied) && partsOf(applied, schema) !== undefined)
    return mergeMaps(live, applied, schema);
  if (Array.isArray(live) && Array.isArray(applied) && isGranularList(schema)) return mergeLists(live, applied, schema);
  return applied;
}

function mergeMaps(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject {
  const merged = { ...live };
  for (const [key, value] of Object.entries(applied)) merged[key] = merge(live[key], value, fieldSchema(schema, key));
  return merged;
}

/** Applied items keep their order. Items that only the live list has keep their position relative to shared ones. */
function mergeLists(live: readonly unknown[], applied: readonly unknown[], schema: Schema): unknown[] {
  const liveItems = new Map(live.map((item) => [itemElement(item, schema), item]));
  const appliedElements = new Set(applied.map((item) => itemElement(item, schema)));
  const queue = [...liveItems];
  const merged: unknown[] = [];
  const takeForeign = () => {
    while (queue[0] !== undefined && !appliedElements.has(queue[0][0])) merged.push(queue.shift()?.[1]);
  };
  for (const item of applied) {
    const element = itemElement(item, schema);
    takeForeign();
    if (queue[0]?.[0] === element) queue.shift();
    merged.push(merge(liveItems.get(element), item, schema.items));
  }
  return [...merged, ...queue.filter(([element]) => !appliedElements.has(element)).map(([, item]) => item)];
}

/** The value without the given paths and without containers that become empty. */
export function remove(value: unknown, paths: FieldSet, schema: Schema | undefined): unknown {
  const parts = isEmptySet(paths) ? undefined : partsOf(value, schema);
  if (parts === undefined) return value;
  const kept = parts.flatMap((part) => {
    const path = paths.children.get(part.element);
    if (path?.member === true) return [];
    const rest = path === undefined ? part.value : remove(part.value, path, part.schema);
    return rest === undefined ? [] : [[part.element.slice(2), rest] as const];
  });
  if (kept.length === 0 && parts.length > 0) return undefined;
  return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept);
}

/** Adds the containers in the schema to a set that contains only their content. */
export function withNamedContainers(set: FieldSet, schema: Schema | undefined): FieldSet {
  const children = [...set.children].map(([element, child]) => {
    const isField = element.startsWith('f:');
    const inner = isField ? fieldSchema(schema, element.slice(2)) : schema?.items;
    const completed = withNamedContainers(child, inner);
    const named = isField && schema?.properties?.[element.slice(2)] !== undefined;
    return [element, named ? union(completed, leafSet) : completed] as const;
  });
  return fieldSet(set.member, children);
}

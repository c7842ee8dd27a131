import { isObject, type JsonObject } from '../json.ts';

/** An element of a field path as in `fieldsV1`: `f:spec`, `k:{"name":"web"}`, `v:"a"`. */
export type PathElement = string;

/**
 * A set of field paths. A node is a member if its own path belongs to the set, which is the `.` in `fieldsV1`. No child
 * is empty. All operations return sets that may share parts, and treat path elements as opaque, as
 * structured-merge-diff does.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

/** The set without paths. */
export const emptySet: FieldSet = { member: false, children: new Map() };
/** The set of only the path itself. */
export const leafSet: FieldSet = { member: true, children: new Map() };

export function isEmptySet(set: FieldSet): boolean {
  return !set.member && set.children.size === 0;
}

/** Builds a node, and omits empty children. */
export function fieldSet(member: boolean, children: Iterable<readonly [PathElement, FieldSet]>): FieldSet {
  return { member, children: new Map([...children].filter(([, child]) => !isEmptySet(child))) };
}

/** Paths in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) children.set(element, union(children.get(element) ?? emptySet, child));
  return { member: a.member || b.member, children };
}

/** Paths in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return emptySet;
  const shared = [...a.children].map(
    ([element, child]) => [element, intersection(child, b.children.get(element) ?? emptySet)] as const,
  );
  return fieldSet(a.member && b.member, shared);
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  const rest = [...a.children].map(
    ([element, child]) => [element, difference(child, b.children.get(element) ?? emptySet)] as const,
  );
  return fieldSet(a.member && !b.member, rest);
}

/** The set without one subtree: `withoutSubtree(set, ['f:status'])`. */
export function withoutSubtree(set: FieldSet, path: readonly PathElement[]): FieldSet {
  const [first, ...rest] = path;
  if (first === undefined) return emptySet;
  const child = set.children.get(first);
  if (child === undefined) return set;
  return fieldSet(set.member, new Map(set.children).set(first, withoutSubtree(child, rest)));
}

/** Only the subtree of one top-level field. */
export function onlySubtree(set: FieldSet, element: PathElement): FieldSet {
  return fieldSet(
    false,
    [...set.children].filter(([name]) => name === element),
  );
}

/** The format of `managedFields[].fieldsV1`. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const json: JsonObject = {};
  if (set.member && set.children.size > 0) json['.'] = {};
  for (const element of [...set.children.keys()].toSorted()) {
    const child = set.children.get(element);
    if (child !== undefined) json[element] = toFieldsV1(child);
  }
  return json;
}

/** Parses `managedFields[].fieldsV1`. */
export function fromFieldsV1(json: unknown): FieldSet {
  return { ...fromNode(json), member: isObject(json) && '.' in json };
}

function fromNode(json: unknown): FieldSet {
  const entries = Object.entries(isObject(json) ? json : {});
  const children = entries
    .filter(([element]) => element !== '.')
    .map(([element, node]) => [element, fromNode(node)] as const);
  return { member: children.length === 0 || children.length < entries.length, children: new Map(children) };
}

/** Every path in the set as error messages show it: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const own = set.member ? [prefix] : [];
  return [...own, ...[...set.children].flatMap(([element, child]) => pathsOf(child, prefix + elementText(element)))];
}

function elementText(element: PathElement): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('v:')) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonObject);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}

import type { KubeObject } from '../api.ts';
import type { JsonObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { applyConflict } from './conflict.ts';
import {
  difference,
  emptySet,
  type FieldSet,
  intersection,
  isEmptySet,
  onlySubtree,
  union,
  withoutSubtree,
} from './field-set.ts';
import {
  decodeManagers,
  encodeManagers,
  isReset,
  type Manager,
  sameOwner,
  withoutServerOwned,
  type Writer,
} from './managers.ts';
import { compare, type Comparison, fieldsOf, merge, remove, withNamedContainers } from './typed.ts';

/** A write as the tracking of field ownership sees it. */
export interface Write {
  readonly schema: Schema;
  readonly writer: Writer;
  readonly time: string;
  /** True if the main resource ignores `status`. */
  readonly hasStatus: boolean;
}

/**
 * The owners after a create, PUT or patch. The writer owns every field that it added or changed; all others lose these
 * and removed fields.
 */
export function ownersAfterUpdate(before: KubeObject | undefined, after: KubeObject, write: Write): JsonObject[] {
  if (isReset(after.metadata['managedFields'])) return [];
  const known = knownManagers(before, after);
  // An object whose owners were reset stays untracked until the next apply.
  if (before !== undefined && known.length === 0) return [];
  const changes = comparisonFor(before ?? {}, after, write);
  const taken = union(changes.added, changes.modified);
  const others = known.map((manager) => ({
    ...manager,
    fields: difference(difference(manager.fields, taken), changes.removed),
  }));
  if (isEmptySet(taken)) return encodeManagers(others);
  const kept = known.find((manager) => sameOwner(manager, write.writer))?.fields ?? emptySet;
  const own: Manager = { ...write.writer, time: write.time, fields: union(difference(kept, changes.removed), taken) };
  return encodeManagers([...others.filter((manager) => !sameOwner(manager, own)), own]);
}

function knownManagers(before: KubeObject | undefined, after: KubeObject): Manager[] {
  const sent = decodeManagers(after.metadata['managedFields']);
  return sent.length > 0 || before === undefined ? sent : decodeManagers(before.metadata['managedFields']);
}

/**
 * Server-side apply: merges the configuration into the live object, removes fields that this applier no longer claims
 * and nobody else owns, and returns the new object with its new owners. Throws 409 if it would change another owner's
 * field, unless forced.
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  configuration: KubeObject,
  write: Write,
  force: boolean,
): KubeObject {
  const { schema, writer } = write;
  const base = live ?? { apiVersion: configuration.apiVersion, kind: configuration.kind, metadata: { name: '' } };
  const managers = managersBeforeApply(live, write);
  const claimed = scopeOf(fieldsOf(configuration, schema), write);
  const previous = managers.find((manager) => sameOwner(manager, writer));
  const others = managers.filter((manager) => manager !== previous);

  const merged = merge(base, configuration, schema);
  const owned = [claimed, ...others.map((manager) => manager.fields)].reduce(union);
  const object = withoutAbandoned(merged, previous?.fields ?? emptySet, owned, schema) as KubeObject;
  const changes = comparisonFor(base, object, write);
  const remaining = force ? others.map((other) => withoutTaken(other, changes)) : refuseConflicts(others, changes);

  const own: Manager = { ...writer, time: write.time, fields: claimed };
  const released = remaining.map((manager) => ({ ...manager, fields: difference(manager.fields, changes.removed) }));
  const managedFields = encodeManagers([...released, own]);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/**
 * Fields of an object without owners belong to "before-first-apply", so that an apply does not take them over silently.
 */
function managersBeforeApply(live: KubeObject | undefined, write: Write): Manager[] {
  const managers = decodeManagers(live?.metadata['managedFields']);
  if (live === undefined || managers.length > 0) return managers;
  const fields = comparisonFor({}, live, write).added;
  const { apiVersion, subresource } = write.writer;
  return [{ manager: 'before-first-apply', operation: 'Update', apiVersion, subresource, time: write.time, fields }];
}

function withoutTaken(manager: Manager, changes: Comparison): Manager {
  return { ...manager, fields: difference(manager.fields, union(changes.added, changes.modified)) };
}

function refuseConflicts(others: readonly Manager[], changes: Comparison): readonly Manager[] {
  const taken = union(changes.added, changes.modified);
  const conflicts = others
    .map((owner) => ({ owner, fields: intersection(owner.fields, taken) }))
    .filter(({ fields }) => !isEmptySet(fields));
  if (conflicts.length > 0) throw applyConflict(conflicts);
  return others;
}

/**
 * The three steps of prune in structured-merge-diff: remove the old claim, restore owned fields, remove dangling ones.
 */
function withoutAbandoned(merged: unknown, lastClaim: FieldSet, owned: FieldSet, schema: Schema): unknown {
  if (isEmptySet(lastClaim)) return merged;
  const named = (set: FieldSet) => withNamedContainers(set, schema);
  const present = (value: unknown) => named(fieldsOf(value, schema));
  const last = named(lastClaim);
  const all = present(merged);
  const pruned = remove(merged, last, schema);
  const withOwned = remove(merged, difference(all, union(present(pruned), named(owned))), schema);
  return remove(merged, intersection(difference(all, present(withOwned)), last), schema);
}

function comparisonFor(before: unknown, after: unknown, write: Write): Comparison {
  const { added, modified, removed } = compare(before, after, write.schema);
  return { added: scopeOf(added, write), modified: scopeOf(modified, write), removed: scopeOf(removed, write) };
}

/** The fields that a request can write: the status for `/status`, all others for the main resource. */
function scopeOf(set: FieldSet, { writer, hasStatus }: Write): FieldSet {
  const own = withoutServerOwned(set);
  if (writer.subresource === 'status') return onlySubtree(own, 'f:status');
  return hasStatus ? withoutSubtree(own, ['f:status']) : own;
}

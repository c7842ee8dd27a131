import { deepEqual, isObject, type JsonObject } from '../json.ts';
import { type FieldSet, fromFieldsV1, isEmptySet, toFieldsV1, withoutSubtree } from './field-set.ts';

/** The identity of a writer in `managedFields`. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the main resource. */
  readonly subresource: string;
}

/** A writer with the fields that it owns. */
export interface Manager extends Writer {
  readonly time: string;
  readonly fields: FieldSet;
}

/** Metadata that the server sets and that belongs to no field set. */
const SERVER_OWNED = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generation',
  'resourceVersion',
  'managedFields',
];

/** The set without the metadata that the server sets. */
export function withoutServerOwned(set: FieldSet): FieldSet {
  const paths = [['f:apiVersion'], ['f:kind'], ...SERVER_OWNED.map((field) => ['f:metadata', `f:${field}`])];
  const stripped = paths.reduce(withoutSubtree, set);
  const metadata = stripped.children.get('f:metadata');
  if (metadata === undefined) return stripped;
  const children = new Map(stripped.children).set('f:metadata', { ...metadata, member: false });
  if (metadata.children.size === 0) children.delete('f:metadata');
  return { ...stripped, children };
}

/** Whether two writers are the same owner. For server-side apply, the API version makes no difference. */
export function sameOwner(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** Parses `metadata.managedFields`. Entries without a field set are skipped. */
export function decodeManagers(managedFields: unknown): Manager[] {
  const entries = Array.isArray(managedFields) ? managedFields.filter(isObject) : [];
  return entries.filter((entry) => isObject(entry['fieldsV1'])).map(decodeManager);
}

function decodeManager(entry: JsonObject): Manager {
  return {
    manager: text(entry['manager']),
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry['apiVersion']),
    subresource: text(entry['subresource']),
    time: text(entry['time']),
    fields: fromFieldsV1(entry['fieldsV1']),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Builds `metadata.managedFields` in the order of the real server. Owners without fields are omitted. */
export function encodeManagers(managers: readonly Manager[]): JsonObject[] {
  return managers
    .filter(({ fields }) => !isEmptySet(fields))
    .toSorted(byOperationAndTime)
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === '' ? {} : { subresource }),
    }));
}

function byOperationAndTime(a: Manager, b: Manager): number {
  return (
    a.operation.localeCompare(b.operation) ||
    a.time.localeCompare(b.time) ||
    a.manager.localeCompare(b.manager) ||
    a.apiVersion.localeCompare(b.apiVersion) ||
    a.subresource.localeCompare(b.subresource)
  );
}

/** Whether a client resets all owners: with an empty list, or one empty entry. */
export function isReset(managedFields: unknown): boolean {
  if (!Array.isArray(managedFields)) return false;
  if (managedFields.length === 0) return true;
  return managedFields.length === 1 && isObject(managedFields[0]) && Object.keys(managedFields[0]).length === 0;
}

/** Whether two `managedFields` lists are equal apart from timestamps. */
export function sameManagedFields(a: unknown, b: unknown): boolean {
  return deepEqual(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(managedFields: unknown): unknown[] {
  const entries = Array.isArray(managedFields) ? managedFields.filter(isObject) : [];
  return entries.map((entry) => JSON.stringify({ ...entry, time: undefined })).toSorted();
}

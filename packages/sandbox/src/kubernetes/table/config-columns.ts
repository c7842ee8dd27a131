import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, isObject, objectOrEmpty, textOf } from '../json.ts';
import { ageColumn, ageOf } from './age.ts';
import { type Column, column, nameColumn, wideColumn } from './column.ts';

const keyCount = (value: unknown): number => Object.keys(objectOrEmpty(value)).length;
const text = (object: unknown, ...path: string[]): string => textOf(fieldAt(object, ...path));

export const secretColumns: readonly Column[] = [
  nameColumn,
  column('Type', (secret) => text(secret, 'type')),
  column('Data', (secret) => keyCount(secret['data']), 'integer'),
  ageColumn,
];

export const configMapColumns: readonly Column[] = [
  nameColumn,
  column('Data', (map) => keyCount(map['data']) + keyCount(map['binaryData']), 'integer'),
  ageColumn,
];

export const serviceAccountColumns: readonly Column[] = [
  nameColumn,
  column('Secrets', (account) => arrayOrEmpty(account['secrets']).length, 'integer'),
  ageColumn,
];

export const namespaceColumns: readonly Column[] = [
  nameColumn,
  column('Status', (namespace) => text(namespace, 'status', 'phase')),
  ageColumn,
];

export const nodeColumns: readonly Column[] = [
  nameColumn,
  column('Status', (node) => {
    const conditions = arrayOrEmpty(fieldAt(node, 'status', 'conditions')).filter(isObject);
    const ready = conditions.find(({ type }) => type === 'Ready');
    return ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  }),
  ageColumn,
];

export const leaseColumns: readonly Column[] = [
  nameColumn,
  column('Holder', (lease) => text(lease, 'spec', 'holderIdentity')),
  ageColumn,
];

export const roleColumns: readonly Column[] = [
  nameColumn,
  column('Created At', (role) => role.metadata.creationTimestamp ?? '', 'date'),
];

export const roleBindingColumns: readonly Column[] = [
  nameColumn,
  column('Role', (binding) => `${text(binding, 'roleRef', 'kind')}/${text(binding, 'roleRef', 'name')}`),
  ageColumn,
];

export const definitionColumns: readonly Column[] = [
  nameColumn,
  column('Created At', (definition) => definition.metadata.creationTimestamp ?? '', 'date'),
];

/** Reads the core form of an Event. */
export const eventColumns: readonly Column[] = [
  column('Last Seen', (event, now) => ageOf(lastSeen(event), now)),
  column('Type', (event) => text(event, 'type')),
  column('Reason', (event) => text(event, 'reason')),
  column('Object', (event) => subject(event)),
  wideColumn('Subobject', (event) => text(event, 'involvedObject', 'fieldPath')),
  wideColumn('Source', source),
  column('Message', (event) => (text(event, 'message') || text(event, 'note')).trim()),
  wideColumn('First Seen', (event, now) => ageOf(firstSeen(event), now)),
  wideColumn('Count', (event) => Number(event['count'] ?? event['deprecatedCount'] ?? 1)),
  { ...wideColumn('Name', (event) => event.metadata.name), format: 'name' },
];

function lastSeen(event: KubeObject): unknown {
  return (
    fieldAt(event, 'series', 'lastObservedTime') ??
    event['lastTimestamp'] ??
    event['deprecatedLastTimestamp'] ??
    event['eventTime'] ??
    event.metadata.creationTimestamp
  );
}

function firstSeen(event: KubeObject): unknown {
  return (
    event['firstTimestamp'] ??
    event['deprecatedFirstTimestamp'] ??
    event['eventTime'] ??
    event.metadata.creationTimestamp
  );
}

function subject(event: KubeObject): string {
  const about = event['involvedObject'] ?? event['regarding'];
  return `${text(about, 'kind').toLowerCase()}/${text(about, 'name')}`;
}

function source(event: KubeObject): string {
  const from = event['source'] ?? event['deprecatedSource'];
  const component = text(from, 'component') || text(event, 'reportingComponent') || text(event, 'reportingController');
  const host = text(from, 'host');
  return host === '' ? component : `${component}, ${host}`;
}

import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, required } from '../field-error.ts';
import { fieldAt } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { coreV1Event, eventsV1Event } from '../schema/built-in.gen.ts';
import { eventColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** Fields whose name in `events.k8s.io/v1` differs from the core group. */
const RENAMED: readonly (readonly [core: string, modern: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** `v1 Event`: the stored form. */
export function coreEventKind(): Resource {
  return defineKind({
    plural: 'events',
    kind: 'Event',
    shortNames: ['ev'],
    schema: coreV1Event,
    columns: eventColumns,
    selectableFields: [
      ...INVOLVED.map((field) => `involvedObject.${field}`),
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
    selectableField: selectCoreField,
    validate: validateCoreEvent,
  });
}

/** `events.k8s.io/v1 Event`: a view of the same objects. */
export function eventKind(): Resource {
  const views = new WeakMap<KubeObject, KubeObject>();
  return defineKind({
    group: 'events.k8s.io',
    plural: 'events',
    kind: 'Event',
    shortNames: ['ev'],
    bucket: 'events',
    schema: eventsV1Event,
    columns: eventColumns,
    selectableFields: [...INVOLVED.map((field) => `regarding.${field}`), 'reason', 'reportingController', 'type'],
    validate: validateEvent,
    fromStorage: (stored) => {
      const view = views.get(stored) ?? asModern(stored);
      views.set(stored, view);
      return view;
    },
    toStorage: asCore,
  });
}

function selectCoreField(event: KubeObject, path: string): string {
  const value =
    path === 'source'
      ? (fieldAt(event, 'source', 'component') ?? event['reportingComponent'])
      : fieldAt(event, ...path.split('.'));
  return typeof value === 'string' ? value : '';
}

function asModern(event: KubeObject): KubeObject {
  return renamed(event, 'events.k8s.io/v1', RENAMED);
}

function asCore(event: KubeObject): KubeObject {
  return renamed(
    event,
    'v1',
    RENAMED.map(([core, modern]) => [modern, core]),
  );
}

function renamed(event: KubeObject, apiVersion: string, names: readonly (readonly [string, string])[]): KubeObject {
  const to = new Map(names);
  const entries = Object.entries(event).map(([field, value]) => [to.get(field) ?? field, value] as const);
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion };
}

function validateCoreEvent(event: KubeObject): FieldError[] {
  const involved = fieldAt(event, 'involvedObject', 'namespace') ?? '';
  const { namespace } = event.metadata;
  const isValid = involved === '' ? namespace === 'default' : involved === namespace;
  return isValid ? [] : [invalidField('involvedObject.namespace', involved, 'does not match event.namespace')];
}

function validateEvent(event: KubeObject): FieldError[] {
  const missing = ['eventTime', 'reportingController', 'reportingInstance', 'action', 'reason', 'type'].filter(
    (field) => (event[field] ?? '') === '',
  );
  return missing.map((field) => required(field));
}

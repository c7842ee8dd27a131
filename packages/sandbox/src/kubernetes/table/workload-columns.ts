import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt } from '../json.ts';
import { ageColumn, ageOf, humanDuration } from './age.ts';
import { type Column, column, nameColumn, wideColumn } from './column.ts';
import { labelSelectorText } from './selector-text.ts';

const count = (object: KubeObject, ...path: string[]): number => Number(fieldAt(object, ...path) ?? 0);

const templateColumns: readonly Column[] = [
  wideColumn('Containers', (object) => containerField(object, 'name')),
  wideColumn('Images', (object) => containerField(object, 'image')),
  wideColumn('Selector', (object) => labelSelectorText(fieldAt(object, 'spec', 'selector'))),
];

function containerField(object: KubeObject, field: string): string {
  const containers = arrayOrEmpty(fieldAt(object, 'spec', 'template', 'spec', 'containers'));
  return containers.map((container) => fieldAt(container, field)).join(',');
}

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  column('Ready', (object) => `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`),
  column('Up-to-date', (object) => count(object, 'status', 'updatedReplicas'), 'integer'),
  column('Available', (object) => count(object, 'status', 'availableReplicas'), 'integer'),
  ageColumn,
  ...templateColumns,
];

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  column('Desired', (object) => count(object, 'spec', 'replicas'), 'integer'),
  column('Current', (object) => count(object, 'status', 'replicas'), 'integer'),
  column('Ready', (object) => count(object, 'status', 'readyReplicas'), 'integer'),
  ageColumn,
  ...templateColumns,
];

export const jobColumns: readonly Column[] = [
  nameColumn,
  column('Status', jobState),
  column('Completions', (job) => `${count(job, 'status', 'succeeded')}/${count(job, 'spec', 'completions')}`),
  column('Duration', jobDuration),
  ageColumn,
  ...templateColumns,
];

function jobState(job: KubeObject): string {
  const conditions = arrayOrEmpty(fieldAt(job, 'status', 'conditions'));
  const isTrue = (type: string): boolean =>
    conditions.some((condition) => fieldAt(condition, 'type') === type && fieldAt(condition, 'status') === 'True');
  return ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(isTrue) ?? 'Running';
}

/** Empty before it has started. */
function jobDuration(job: KubeObject, now: number): string {
  const [start, end] = [fieldAt(job, 'status', 'startTime'), fieldAt(job, 'status', 'completionTime')];
  if (typeof start !== 'string') return '';
  return typeof end === 'string' ? humanDuration(Date.parse(end) - Date.parse(start)) : ageOf(start, now);
}

export const podDisruptionBudgetColumns: readonly Column[] = [
  nameColumn,
  column('Min Available', (object) => limitText(fieldAt(object, 'spec', 'minAvailable'))),
  column('Max Unavailable', (object) => limitText(fieldAt(object, 'spec', 'maxUnavailable'))),
  column('Allowed Disruptions', (object) => count(object, 'status', 'disruptionsAllowed'), 'integer'),
  ageColumn,
];

function limitText(limit: unknown): string {
  return typeof limit === 'string' || typeof limit === 'number' ? String(limit) : 'N/A';
}

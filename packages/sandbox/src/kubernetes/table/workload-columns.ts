import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt } from '../json.ts';
import { ageColumn } from './age.ts';
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

import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, isObject, type JsonObject, textOf } from '../json.ts';
import { ageColumn } from './age.ts';
import { type Column, column, nameColumn, wideColumn } from './column.ts';

export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', (pod) => `${readyCount(pod)}/${containers(pod).length}`),
  column('Status', podPhase),
  column('Restarts', (pod) => String(restartCount(pod))),
  ageColumn,
  wideColumn('IP', (pod) => textOr(fieldAt(pod, 'status', 'podIP'), '<none>')),
  wideColumn('Node', (pod) => textOr(fieldAt(pod, 'spec', 'nodeName'), '<none>')),
  wideColumn('Nominated Node', (pod) => textOr(fieldAt(pod, 'status', 'nominatedNodeName'), '<none>')),
  wideColumn('Readiness Gates', () => '<none>'),
];

/** Sidecars count, init containers that are to end do not. */
function containers(pod: KubeObject): JsonObject[] {
  const all = objectsAt(pod, 'spec', 'initContainers').filter((container) => container['restartPolicy'] === 'Always');
  return [...all, ...objectsAt(pod, 'spec', 'containers')];
}

/** Of the containers that count. */
function containerStatuses(pod: KubeObject): JsonObject[] {
  const names = new Set(containers(pod).map((container) => container['name']));
  const all = ['initContainerStatuses', 'containerStatuses'].flatMap((field) => objectsAt(pod, 'status', field));
  return all.filter((status) => names.has(status['name']));
}

function objectsAt(pod: KubeObject, ...path: readonly string[]): JsonObject[] {
  return arrayOrEmpty(fieldAt(pod, ...path)).filter(isObject);
}

function readyCount(pod: KubeObject): number {
  return containerStatuses(pod).filter((status) => status['ready'] === true).length;
}

function restartCount(pod: KubeObject): number {
  return containerStatuses(pod).reduce((sum, status) => sum + Number(status['restartCount'] ?? 0), 0);
}

/** The STATUS column: the problem of a container, or else the phase of the Pod. */
function podPhase(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const reasons = containerStatuses(pod)
    .map(containerReason)
    .filter((reason) => reason !== undefined);
  return reasons.at(-1) ?? textOr(fieldAt(pod, 'status', 'reason'), textOr(fieldAt(pod, 'status', 'phase'), 'Pending'));
}

function containerReason(status: JsonObject): string | undefined {
  const waiting = fieldAt(status, 'state', 'waiting', 'reason');
  if (typeof waiting === 'string') return waiting;
  const terminated = fieldAt(status, 'state', 'terminated');
  if (!isObject(terminated)) return undefined;
  return textOr(terminated['reason'], `ExitCode:${textOf(terminated['exitCode'])}`);
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

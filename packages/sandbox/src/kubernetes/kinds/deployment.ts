import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported } from '../field-error.ts';
import { fieldAt, isObject, objectOrEmpty, setDefault } from '../json.ts';
import type { Resource, ScalePaths } from '../registry/resource.ts';
import { appsV1Deployment, appsV1ReplicaSet } from '../schema/built-in.gen.ts';
import { deploymentColumns, replicaSetColumns } from '../table/workload-columns.ts';
import { defineKind } from './define-kind.ts';
import { defaultWorkload, notNegative, validateWorkload } from './workload.ts';

const workloadScale: ScalePaths = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
};

/** `apps/v1 Deployment`. */
export function deploymentKind(): Resource {
  return defineKind({
    group: 'apps',
    plural: 'deployments',
    kind: 'Deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    hasStatus: true,
    countsGeneration: true,
    scale: workloadScale,
    schema: appsV1Deployment,
    columns: deploymentColumns,
    initialStatus: {},
    defaults: defaultDeployment,
    validate: validateDeployment,
  });
}

function defaultDeployment(deployment: KubeObject): void {
  const spec = defaultWorkload(deployment);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'strategy', {});
  const strategy = objectOrEmpty(spec['strategy']);
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] !== 'RollingUpdate') return;
  setDefault(strategy, 'rollingUpdate', {});
  const rollingUpdate = objectOrEmpty(strategy['rollingUpdate']);
  setDefault(rollingUpdate, 'maxSurge', '25%');
  setDefault(rollingUpdate, 'maxUnavailable', '25%');
}

function validateDeployment(deployment: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = objectOrEmpty(deployment['spec']);
  return [
    ...validateWorkload(deployment, old),
    ...notNegative(spec['revisionHistoryLimit'], 'spec.revisionHistoryLimit'),
    ...validateStrategy(objectOrEmpty(spec['strategy'])),
    ...(Number(spec['progressDeadlineSeconds']) > Number(spec['minReadySeconds'] ?? 0)
      ? []
      : [
          invalidField(
            'spec.progressDeadlineSeconds',
            spec['progressDeadlineSeconds'],
            'must be greater than minReadySeconds',
          ),
        ]),
  ];
}

function validateStrategy(strategy: Record<string, unknown>): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    const text = "may not be specified when strategy `type` is 'Recreate'";
    return isObject(rollingUpdate)
      ? [{ type: 'FieldValueForbidden', field: 'spec.strategy.rollingUpdate', detail: text }]
      : [];
  }
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  const [surge, unavailable] = [fieldAt(rollingUpdate, 'maxSurge'), fieldAt(rollingUpdate, 'maxUnavailable')];
  if (!isZero(surge) || !isZero(unavailable)) return [];
  return [invalidField('spec.strategy.rollingUpdate.maxUnavailable', unavailable, 'may not be 0 when `maxSurge` is 0')];
}

function isZero(limit: unknown): boolean {
  return limit === 0 || limit === '0%';
}

/** `apps/v1 ReplicaSet`. */
export function replicaSetKind(): Resource {
  return defineKind({
    group: 'apps',
    plural: 'replicasets',
    kind: 'ReplicaSet',
    shortNames: ['rs'],
    categories: ['all'],
    hasStatus: true,
    countsGeneration: true,
    scale: workloadScale,
    schema: appsV1ReplicaSet,
    columns: replicaSetColumns,
    selectableFields: ['status.replicas'],
    initialStatus: { replicas: 0 },
    defaults: defaultWorkload,
    validate: validateWorkload,
  });
}

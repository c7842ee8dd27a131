import type { KubeObject } from '../api.ts';
import { type FieldError, forbiddenField } from '../field-error.ts';
import { arrayOrEmpty, deepEqual, fieldAt, isObject, type JsonObject, objectOrEmpty, setDefault } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { coreV1Pod } from '../schema/built-in.gen.ts';
import { podColumns } from '../table/pod-columns.ts';
import { defineKind } from './define-kind.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { validatePodSpec } from './pod-validation.ts';

/**
 * `v1 Pod`. Once it is bound to a node, its deletion has two steps, because the kubelet must stop its containers first.
 */
export function podKind(): Resource {
  return defineKind({
    plural: 'pods',
    kind: 'Pod',
    shortNames: ['po'],
    categories: ['all'],
    hasStatus: true,
    countsGeneration: true,
    deleteAnswer: 'object',
    schema: coreV1Pod,
    columns: podColumns,
    selectableFields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    defaults: defaultPod,
    prepare: preparePod,
    validate: (pod, old) => [
      ...validatePodSpec(objectOrEmpty(pod['spec']), 'spec'),
      ...(old === undefined ? [] : validatePodChange(pod, old)),
    ],
    gracePeriodSeconds: podGrace,
  });
}

function defaultPod(pod: KubeObject): void {
  setDefault(pod, 'spec', {});
  const spec = objectOrEmpty(pod['spec']);
  defaultPodSpec(spec);
  setDefault(spec, 'enableServiceLinks', true);
}

function preparePod(pod: KubeObject, old: KubeObject | undefined): void {
  if (old !== undefined) return;
  const spec = objectOrEmpty(pod['spec']);
  // On a real server, the ServiceAccount admission plugin does this.
  setDefault(spec, 'serviceAccountName', 'default');
  setDefault(spec, 'serviceAccount', spec['serviceAccountName']);
  pod['status'] = { phase: 'Pending', qosClass: qosClassOf(spec) };
}

function qosClassOf(spec: JsonObject): string {
  const containers = ['containers', 'initContainers'].flatMap((field) => arrayOrEmpty(spec[field]));
  const resources = containers.map((container) => objectOrEmpty(fieldAt(container, 'resources')));
  const guaranteed = resources.every(
    ({ limits, requests }) =>
      isObject(limits) && 'cpu' in limits && 'memory' in limits && deepEqual(limits, requests ?? limits),
  );
  if (guaranteed) return 'Guaranteed';
  return resources.some(({ limits, requests }) => isObject(limits) || isObject(requests)) ? 'Burstable' : 'BestEffort';
}

function podGrace(pod: KubeObject, requested: number | undefined): number {
  const phase = fieldAt(pod, 'status', 'phase');
  const isBound = fieldAt(pod, 'spec', 'nodeName') !== undefined;
  if (!isBound || phase === 'Succeeded' || phase === 'Failed') return 0;
  return requested ?? Number(fieldAt(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}

/** The fields of a running Pod that may change. `nodeName` may be set once, by the scheduler. */
const MUTABLE = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'schedulingGates',
  'nodeName',
];

function validatePodChange(pod: KubeObject, old: KubeObject): FieldError[] {
  const wasBound = fieldAt(old, 'spec', 'nodeName') !== undefined;
  const fields = wasBound ? MUTABLE.filter((field) => field !== 'nodeName') : MUTABLE;
  if (deepEqual(fixedPart(pod, fields), fixedPart(old, fields))) return [];
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

function fixedPart(pod: KubeObject, mutable: readonly string[]): JsonObject {
  const spec = { ...objectOrEmpty(pod['spec']) };
  for (const field of mutable) delete spec[field];
  for (const field of ['containers', 'initContainers']) {
    if (Array.isArray(spec[field])) spec[field] = spec[field].map((item: object) => ({ ...item, image: '' }));
  }
  return spec;
}

import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported } from '../field-error.ts';
import { deepEqual, fieldAt, type JsonObject, objectOrEmpty, setDefault } from '../json.ts';
import { validateLabels } from '../registry/validate-metadata.ts';
import type { Resource } from '../registry/resource.ts';
import { batchV1Job } from '../schema/built-in.gen.ts';
import { jobColumns } from '../table/workload-columns.ts';
import { defineKind } from './define-kind.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { validatePodSpec } from './pod-validation.ts';
import { notNegative } from './workload.ts';

/** `batch/v1 Job`. */
export function jobKind(): Resource {
  return defineKind({
    group: 'batch',
    plural: 'jobs',
    kind: 'Job',
    categories: ['all'],
    hasStatus: true,
    countsGeneration: true,
    schema: batchV1Job,
    columns: jobColumns,
    selectableFields: ['status.successful'],
    selectableField: (job) => String(Number(fieldAt(job, 'status', 'succeeded') ?? 0)),
    initialStatus: {},
    defaults: defaultJob,
    prepare: (job, old) => {
      if (old === undefined) selectOwnPods(job);
    },
    validate: validateJob,
  });
}

function defaultJob(job: KubeObject): void {
  setDefault(job, 'spec', {});
  const spec = objectOrEmpty(job['spec']);
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'completions', 1);
  setDefault(spec, 'backoffLimit', 6);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'podReplacementPolicy', 'TerminatingOrFailed');
  setDefault(spec, 'template', {});
  const template = objectOrEmpty(spec['template']);
  setDefault(template, 'metadata', {});
  setDefault(template, 'spec', {});
  defaultPodSpec(objectOrEmpty(template['spec']));
}

/** The server generates the selector, so that a Job never counts the Pods of another one. */
function selectOwnPods(job: KubeObject): void {
  const spec = objectOrEmpty(job['spec']);
  const { name, uid = '' } = job.metadata;
  spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const metadata = objectOrEmpty(fieldAt(spec, 'template', 'metadata'));
  metadata['labels'] = {
    ...objectOrEmpty(metadata['labels']),
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
}

function validateJob(job: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = objectOrEmpty(job['spec']);
  const counts = ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds'];
  return [
    ...counts.flatMap((field) => notNegative(spec[field], `spec.${field}`)),
    ...validateTemplate(objectOrEmpty(spec['template'])),
    ...(old === undefined ? [] : validateChange(spec, objectOrEmpty(old['spec']))),
  ];
}

function validateTemplate(template: JsonObject): FieldError[] {
  const spec = objectOrEmpty(template['spec']);
  const { restartPolicy } = spec;
  const labels = objectOrEmpty(fieldAt(template, 'metadata', 'labels')) as Record<string, string>;
  return [
    ...validateLabels(labels, 'spec.template.labels'),
    ...validatePodSpec(spec, 'spec.template.spec'),
    ...(restartPolicy === 'Never' || restartPolicy === 'OnFailure'
      ? []
      : [notSupported('spec.template.spec.restartPolicy', restartPolicy, ['OnFailure', 'Never'])]),
  ];
}

/** The server admits a few changes to a Job that has not started; the sandbox admits none. */
function validateChange(spec: JsonObject, old: JsonObject): FieldError[] {
  return ['completions', 'selector', 'template', 'completionMode']
    .filter((field) => !deepEqual(spec[field], old[field]))
    .map((field) => invalidField(`spec.${field}`, spec[field], 'field is immutable'));
}

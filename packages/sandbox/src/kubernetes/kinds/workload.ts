import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import { arrayOrEmpty, deepEqual, fieldAt, isObject, type JsonObject, objectOrEmpty, setDefault } from '../json.ts';
import { validateLabels } from '../registry/validate-metadata.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { validatePodSpec } from './pod-validation.ts';

/** Sets the defaults that Deployments and ReplicaSets share. */
export function defaultWorkload(object: KubeObject): JsonObject {
  setDefault(object, 'spec', {});
  const spec = objectOrEmpty(object['spec']);
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'template', {});
  const template = objectOrEmpty(spec['template']);
  setDefault(template, 'metadata', {});
  setDefault(template, 'spec', {});
  defaultPodSpec(objectOrEmpty(template['spec']));
  return spec;
}

/** Validates the fields that Deployments and ReplicaSets share. */
export function validateWorkload(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = objectOrEmpty(object['spec']);
  const templateSpec = objectOrEmpty(fieldAt(spec, 'template', 'spec'));
  return [
    ...notNegative(spec['replicas'], 'spec.replicas'),
    ...notNegative(spec['minReadySeconds'], 'spec.minReadySeconds'),
    ...validateSelector(spec, old === undefined ? undefined : objectOrEmpty(old['spec'])),
    ...validateLabels(templateLabels(spec), 'spec.template.labels'),
    ...validatePodSpec(templateSpec, 'spec.template.spec'),
    ...(templateSpec['restartPolicy'] === 'Always'
      ? []
      : [notSupported('spec.template.spec.restartPolicy', templateSpec['restartPolicy'], ['Always'])]),
  ];
}

/** Requires a count of at least zero. */
export function notNegative(value: unknown, field: string): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidField(field, value, 'must be greater than or equal to 0')]
    : [];
}

function templateLabels(spec: JsonObject): Record<string, string> {
  return objectOrEmpty(fieldAt(spec, 'template', 'metadata', 'labels')) as Record<string, string>;
}

function validateSelector(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const { selector } = spec;
  if (!isObject(selector)) return [required('spec.selector')];
  if (Object.keys(selector).length === 0) {
    return [invalidField('spec.selector', selector, 'empty selector is invalid for deployment')];
  }
  const labels = templateLabels(spec);
  const mismatch = matchesSelector(selector, labels)
    ? []
    : [invalidField('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
  if (old === undefined || deepEqual(old['selector'], selector)) return mismatch;
  return [...mismatch, invalidField('spec.selector', selector, 'field is immutable')];
}

/** Whether labels satisfy a `LabelSelector`. */
export function matchesSelector(selector: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(objectOrEmpty(selector['matchLabels'])).every(([key, value]) => labels[key] === value);
  return (
    equal && arrayOrEmpty(selector['matchExpressions']).every((expression) => matchesExpression(expression, labels))
  );
}

function matchesExpression(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values } = objectOrEmpty(expression);
  const value = labels[String(key)];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && arrayOrEmpty(values).includes(value);
  return operator === 'In' ? isListed : !isListed;
}

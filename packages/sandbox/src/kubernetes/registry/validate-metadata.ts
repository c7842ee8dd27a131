import type { KubeObject, ObjectMeta } from '../api.ts';
import { duplicateField, type FieldError, forbiddenField, invalidField, required, tooLong } from '../field-error.ts';
import { deepEqual } from '../json.ts';
import { labelValue, qualifiedName } from './names.ts';
import type { Resource } from './resource.ts';

const MAX_ANNOTATION_BYTES = 256 * 1024;

/** Validates `metadata` as apimachinery does for every kind. `old` is absent on create. */
export function validateMetadata(resource: Resource, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { metadata } = object;
  return [
    ...(old === undefined ? validateName(resource, metadata) : []),
    ...validateLabels(metadata.labels ?? {}, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations ?? {}),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata),
    ...(old === undefined ? [] : validateChange(metadata, old.metadata)),
  ];
}

function validateName(resource: Resource, { name }: ObjectMeta): FieldError[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return resource.strategy.nameRule(name).map((text) => invalidField('metadata.name', name, text));
}

/** Validates labels of an object or a Pod template. */
export function validateLabels(labels: Record<string, string>, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedName(key).map((text) => invalidField(field, key, text)),
    ...labelValue(value).map((text) => invalidField(field, value, text)),
  ]);
}

function validateAnnotations(annotations: Record<string, string>): FieldError[] {
  const field = 'metadata.annotations';
  const errors = Object.keys(annotations).flatMap((key) =>
    qualifiedName(key.toLowerCase()).map((text) => invalidField(field, key, text)),
  );
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return size > MAX_ANNOTATION_BYTES ? [...errors, tooLong(field, MAX_ANNOTATION_BYTES)] : errors;
}

function validateOwners({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const errors = ownerReferences.flatMap((owner, index) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((key) => owner[key] === undefined || owner[key] === '')
      .map((key) => invalidField(`metadata.ownerReferences[${index}].${key}`, '', `${key} must not be empty`)),
  );
  const controllers = ownerReferences.filter((owner) => owner.controller === true);
  const [first, second] = controllers;
  if (first === undefined || second === undefined) return errors;
  const text = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [...errors, invalidField('metadata.ownerReferences', undefined, text)];
}

function validateFinalizers({ finalizers = [] }: ObjectMeta): FieldError[] {
  return finalizers.flatMap((name, index) => [
    ...qualifiedName(name).map((text) => invalidField('metadata.finalizers', name, text)),
    ...(finalizers.indexOf(name) < index ? [duplicateField(`metadata.finalizers[${index}]`, name)] : []),
  ]);
}

function validateChange(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) errors.push(...refuseNewFinalizers(metadata, old));
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp'] as const) {
    if (!deepEqual(metadata[field], old[field])) {
      errors.push(invalidField(`metadata.${field}`, metadata[field], 'field is immutable'));
    }
  }
  return errors;
}

function refuseNewFinalizers(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  const added = (metadata.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name));
  if (added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(', ');
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenField('metadata.finalizers', text)];
}

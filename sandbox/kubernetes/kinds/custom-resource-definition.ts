import type { KubeObject } from '../api.ts';
import { versionsOf } from '../crd/definition.ts';
import { unknownKeywords, validateStructural } from '../crd/structural.ts';
import { type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import { arrayOrEmpty, fieldAt, isObject, objectOrEmpty, setDefault, textOf } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { customResourceDefinitionSchema } from '../schema/core/config.ts';
import { definitionColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** Bucket of the definitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
/** Keeps a deleted definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** `apiextensions.k8s.io/v1 CustomResourceDefinition`: accepted and established the moment it is stored. */
export function customResourceDefinitionKind(): Resource {
  const kind = defineKind({
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    hasStatus: true,
    countsGeneration: true,
    unconditionalUpdate: false,
    finalizersOnDelete: [CLEANUP_FINALIZER],
    schema: customResourceDefinitionSchema,
    columns: definitionColumns,
    defaults: defaultDefinition,
    prepare: establish,
    validate: validateDefinition,
  });
  const decode = (body: unknown) => {
    const decoded = kind.strategy.decode(body);
    return { ...decoded, warnings: [...decoded.warnings, ...unknownSchemaFields(decoded.object)] };
  };
  return { ...kind, strategy: { ...kind.strategy, decode } };
}

function unknownSchemaFields(definition: KubeObject): string[] {
  return versionsOf(definition).flatMap(({ schema }, index) =>
    unknownKeywords(schema, `spec.versions[${index}].schema.openAPIV3Schema`).map((path) => `unknown field "${path}"`),
  );
}

function defaultDefinition(definition: KubeObject): void {
  setDefault(definition, 'spec', {});
  const spec = objectOrEmpty(definition['spec']);
  setDefault(spec, 'conversion', { strategy: 'None' });
  setDefault(spec, 'names', {});
  const names = objectOrEmpty(spec['names']);
  const kind = textOf(names['kind']);
  setDefault(names, 'singular', kind.toLowerCase());
  setDefault(names, 'listKind', `${kind}List`);
}

/** Fills in the status that the real server's controllers write a moment later. */
function establish(definition: KubeObject, old: KubeObject | undefined): void {
  const storage = versionsOf(definition).find((version) => version.storage);
  const before = arrayOrEmpty(fieldAt(old, 'status', 'storedVersions')).map(String);
  const sent = arrayOrEmpty(fieldAt(definition, 'status', 'storedVersions')).map(String);
  const kept = old === undefined ? [] : sent.length > 0 ? sent : before;
  definition['status'] = {
    conditions: fieldAt(old, 'status', 'conditions') ?? conditionsAt(definition.metadata.creationTimestamp ?? ''),
    acceptedNames: fieldAt(definition, 'spec', 'names'),
    storedVersions: [...new Set([...kept, ...(storage === undefined ? [] : [storage.name])])],
  };
}

function conditionsAt(time: string): object[] {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: time,
    reason,
    message,
  });
  return [
    condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
    condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
  ];
}

function validateDefinition(definition: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = objectOrEmpty(definition['spec']);
  const names = objectOrEmpty(spec['names']);
  return [
    ...validateNames(definition, spec, names),
    ...validateVersions(definition, spec),
    ...(old === undefined ? [] : validateUnchanged(spec, objectOrEmpty(old['spec']))),
  ];
}

function validateNames(
  definition: KubeObject,
  spec: Record<string, unknown>,
  names: Record<string, unknown>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (definition.metadata.name !== `${textOf(names['plural'])}.${textOf(spec['group'])}`) {
    const text = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalidField('metadata.name', definition.metadata.name, text));
  }
  if (!textOf(spec['group']).includes('.')) {
    errors.push(invalidField('spec.group', spec['group'], 'should be a domain with at least one dot'));
  }
  if (spec['scope'] !== 'Cluster' && spec['scope'] !== 'Namespaced') {
    errors.push(notSupported('spec.scope', spec['scope'], ['Cluster', 'Namespaced']));
  }
  if ((names['kind'] ?? '') === '') errors.push(required('spec.names.kind'));
  return errors;
}

function validateVersions(definition: KubeObject, spec: Record<string, unknown>): FieldError[] {
  const versions = versionsOf(definition);
  const raw = arrayOrEmpty(spec['versions']);
  if (versions.length === 0) return [required('spec.versions')];
  const errors = versions.flatMap((version, index) => {
    const field = `spec.versions[${index}].schema.openAPIV3Schema`;
    if (!isObject(fieldAt(raw[index], 'schema', 'openAPIV3Schema'))) return [required(field, 'schemas are required')];
    return validateStructural(version.schema, field);
  });
  if (versions.filter((version) => version.storage).length !== 1) {
    const shown = versions.map(({ name, served, storage }) => ({ name, served, storage }));
    errors.push(invalidField('spec.versions', shown, 'must have exactly one version marked as storage version'));
  }
  return errors;
}

function validateUnchanged(spec: Record<string, unknown>, old: Record<string, unknown>): FieldError[] {
  return ['group', 'scope'].flatMap((field) =>
    spec[field] === old[field] ? [] : [invalidField(`spec.${field}`, spec[field], 'field is immutable')],
  );
}

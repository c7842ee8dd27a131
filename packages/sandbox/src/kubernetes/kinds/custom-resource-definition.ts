import type { KubeObject } from '../api.ts';
import { versionsOf } from '../crd/definition.ts';
import { unknownKeywords } from '../crd/schema-document.ts';
import { oneOf, validateNames } from '../crd/validate-names.ts';
import { validateVersions } from '../crd/validate-versions.ts';
import { type FieldError, forbiddenField, invalidField, required } from '../field-error.ts';
import { arrayOrEmpty, fieldAt, type JsonObject, objectOrEmpty, setDefault, textOf } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { apiextensionsV1CustomResourceDefinition } from '../schema/built-in.gen.ts';
import { TypeMismatch } from '../schema/decode.ts';
import { badRequest } from '../status-error.ts';
import { definitionColumns } from '../table/config-columns.ts';
import { defineKind } from './define-kind.ts';

/** Storage bucket of the definitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
/** Keeps a deleted definition until its objects are deleted. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** `apiextensions.k8s.io/v1 CustomResourceDefinition`: accepted and established as soon as it is stored. */
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
    schema: apiextensionsV1CustomResourceDefinition,
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

/** The schema is decoded separately, because its type is recursive. */
function unknownSchemaFields(definition: KubeObject): string[] {
  try {
    return versionsOf(definition).flatMap(({ schema }, index) =>
      unknownKeywords(schema, `spec.versions[${index}].schema.openAPIV3Schema`).map(
        (path) => `unknown field "${path}"`,
      ),
    );
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw badRequest(
      `CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: ${error.message}`,
    );
  }
}

function defaultDefinition(definition: KubeObject): void {
  setDefault(definition, 'spec', {});
  const spec = objectOrEmpty(definition['spec']);
  setDefault(spec, 'conversion', { strategy: 'None' });
  setDefault(spec, 'names', {});
  const names = objectOrEmpty(spec['names']);
  const kind = textOf(names['kind']);
  if (kind === '') return;
  setDefault(names, 'singular', kind.toLowerCase());
  setDefault(names, 'listKind', `${kind}List`);
}

/** Sets the status that the real server's controllers write shortly after the creation. */
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
  return [
    ...validateNames(definition),
    ...validateVersions(definition),
    ...validateConversion(objectOrEmpty(spec['conversion'])),
    ...(spec['preserveUnknownFields'] === true ? [PRESERVES] : []),
    ...(old === undefined ? [] : validateUnchanged(spec, objectOrEmpty(old['spec']))),
  ];
}

const PRESERVES = invalidField(
  'spec.preserveUnknownFields',
  true,
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
);

/** Error messages use the field names of v1beta1, which had no combined field for the webhook. */
function validateConversion({ strategy, webhook }: JsonObject): FieldError[] {
  const errors = oneOf('spec.conversion.strategy', strategy, ['None', 'Webhook']);
  const config = 'spec.conversion.webhookClientConfig';
  const versions = 'spec.conversion.conversionReviewVersions';
  if (strategy === 'Webhook' && webhook === undefined) {
    return [...errors, required(config, 'required when strategy is set to Webhook'), required(versions)];
  }
  if (strategy === 'Webhook' || webhook === undefined) return errors;
  const text = 'should not be set when strategy is not set to Webhook';
  return [...errors, forbiddenField(config, text), forbiddenField(versions, text)];
}

function validateUnchanged(spec: Record<string, unknown>, old: Record<string, unknown>): FieldError[] {
  return ['group', 'scope'].flatMap((field) =>
    spec[field] === old[field] ? [] : [invalidField(`spec.${field}`, spec[field], 'field is immutable')],
  );
}

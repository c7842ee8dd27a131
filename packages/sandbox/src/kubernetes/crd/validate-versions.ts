import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, required } from '../field-error.ts';
import { arrayOrEmpty, deepEqual, fieldAt, isObject, type JsonObject, textOf } from '../json.ts';
import { serviceName } from '../registry/names.ts';
import type { Schema } from '../schema/schema.ts';
import { validateStructural } from './structural.ts';
import { validateColumns, validateSelectableFields, validateSubresources } from './version-parts.ts';

/** Validates the versions of a definition and their content. */
export function validateVersions(definition: KubeObject): FieldError[] {
  const versions = arrayOrEmpty(fieldAt(definition, 'spec', 'versions')).filter(isObject);
  return [
    ...versions.flatMap((version, index) => validateVersion(version, `spec.versions[${index}]`)),
    ...validateFirstName(textOf(versions[0]?.['name'])),
    ...validateList(versions),
    ...validateSchemas(versions),
    ...shared(versions, 'subresources', validateSubresources),
    ...shared(versions, 'additionalPrinterColumns', validateColumns),
    ...shared(versions, 'selectableFields', (fields, at, version) =>
      validateSelectableFields(fields, at, schemaOf(version) ?? {}),
    ),
  ];
}

function validateVersion({ name, deprecated, deprecationWarning: warning }: JsonObject, field: string): FieldError[] {
  const errors = serviceName(textOf(name)).map((text) => invalidField(`${field}.name`, textOf(name), text));
  const at = `${field}.deprecationWarning`;
  if (warning !== undefined && deprecated !== true) {
    errors.push(invalidField(at, warning, 'can only be set for deprecated versions'));
  }
  if (warning === '') errors.push(invalidField(at, warning, 'must not be an empty string'));
  return errors;
}

/** Errors about the first version use the name of the former field for a single version. */
function validateFirstName(name: string): FieldError[] {
  return name === '' ? [] : serviceName(name).map((text) => invalidField('spec.version', name, text));
}

function validateList(versions: readonly JsonObject[]): FieldError[] {
  const shown = versions.map(({ name, served, storage }) => ({ Name: name, Served: served, Storage: storage }));
  const errors: FieldError[] = [];
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalidField('spec.versions', shown, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    errors.push(
      invalidField('spec.versions', shown, 'must have exactly one version marked as storage version'),
      invalidField('status.storedVersions', null, 'must have at least one stored version'),
    );
  }
  return errors;
}

function schemaOf(version: JsonObject): Schema | undefined {
  const schema = fieldAt(version, 'schema', 'openAPIV3Schema');
  return isObject(schema) ? schema : undefined;
}

/** A schema that all versions share is validated once, and errors use the name of the former top-level field. */
function validateSchemas(versions: readonly JsonObject[]): FieldError[] {
  const missing = versions.flatMap((version, index) =>
    schemaOf(version) === undefined
      ? [required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')]
      : [],
  );
  if (missing.length > 0) return missing;
  const schemas = versions.map((version) => schemaOf(version) ?? {});
  const [first] = schemas;
  if (first !== undefined && schemas.every((schema) => deepEqual(schema, first))) {
    return validateStructural(first, 'spec.validation.openAPIV3Schema');
  }
  return schemas.flatMap((schema, index) =>
    validateStructural(schema, `spec.versions[${index}].schema.openAPIV3Schema`),
  );
}

type Check = (value: unknown, field: string, version: JsonObject) => FieldError[];

/** A value that all versions share is validated once, as a field of the definition. */
function shared(versions: readonly JsonObject[], key: string, check: Check): FieldError[] {
  const [first] = versions;
  if (first !== undefined && versions.every((version) => deepEqual(version[key], first[key]))) {
    return check(first[key], `spec.${key}`, first);
  }
  return versions.flatMap((version, index) => check(version[key], `spec.versions[${index}].${key}`, version));
}

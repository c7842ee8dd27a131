import { type FieldError, forbiddenField, invalidField, required } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';

/** Validates the schema of a whole resource. */
export function validateRoot(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type, properties = {} } = schema;
  if (type === undefined) errors.push(required(`${field}.type`, 'must not be empty at the root'));
  else if (type !== 'object') errors.push(invalidField(`${field}.type`, type, 'must be object at the root'));
  if (schema.nullable === true) errors.push(forbiddenField(`${field}.nullable`, 'nullable cannot be true at the root'));
  if (schema.additionalProperties !== undefined) {
    errors.push(forbiddenField(`${field}.additionalProperties`, 'must not be used at the root'));
  }
  return [...errors, ...validateTypeMeta(properties, field), ...validateMetadata(properties['metadata'], field)];
}

function validateTypeMeta(properties: NonNullable<Schema['properties']>, field: string): FieldError[] {
  return ['apiVersion', 'kind'].flatMap((key) => {
    const type = properties[key]?.type;
    const isWrong = type !== undefined && type !== 'string';
    return isWrong ? [invalidField(`${field}.properties[${key}].type`, type, 'must be string')] : [];
  });
}

/** A schema may restrict only the names in the metadata. */
function validateMetadata(metadata: Schema | undefined, field: string): FieldError[] {
  if (metadata === undefined) return [];
  const at = `${field}.properties[metadata]`;
  if (metadata.type !== 'object') return [invalidField(`${at}.type`, metadata.type, 'must be object')];
  const { type: _type, description: _description, properties = {}, ...others } = metadata;
  const isNames = Object.keys(properties).every((key) => key === 'name' || key === 'generateName');
  if (isNames && Object.keys(others).length === 0) return [];
  const text = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [forbiddenField(at, text)];
}

/** Validates the schema of an embedded resource. */
export function validateEmbedded(schema: Schema, field: string): FieldError[] {
  const { type, properties = {} } = schema;
  const errors: FieldError[] = [];
  if (type !== 'object') {
    errors.push(invalidField(`${field}.type`, type, 'must be object if x-kubernetes-embedded-resource is true'));
  }
  if (Object.keys(properties).length === 0 && schema['x-kubernetes-preserve-unknown-fields'] !== true) {
    const text =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${field}.properties`, text));
  }
  return [...errors, ...validateTypeMeta(properties, field), ...validateMetadata(properties['metadata'], field)];
}

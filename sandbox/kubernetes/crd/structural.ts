import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import { validateJunctors } from './junctors.ts';
import { validateListDefinition } from './list-definitions.ts';
import { compilePattern } from './re2.ts';
import { validateRuleDefinitions } from './rule-definitions.ts';
import { validateDefault } from './schema-default.ts';

/** A schema and where it stands in the definition. */
interface Place {
  readonly schema: Schema;
  readonly field: string;
  readonly kind: 'root' | 'object field' | 'array item';
  readonly uncorrelatable?: string | undefined;
}

/** Checks that a schema is one that the API server would serve: structural, with valid defaults and rules. */
export function validateStructural(schema: Schema, field: string): FieldError[] {
  const errors = validateRoot(schema, field);
  return [...errors, ...validatePlace({ schema, field, kind: 'root' })];
}

function validatePlace(place: Place): FieldError[] {
  const { schema, field } = place;
  const isRoot = place.kind === 'root';
  return [
    ...(isRoot ? [] : validateType(place)),
    ...validateUnsupported(schema, field),
    ...validateKeywords(schema, field),
    ...validateExtensions(schema, field),
    ...validateListDefinition(schema, field),
    ...validateDefault(isRoot ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema, field),
    ...validateRuleDefinitions(schema, { field, isRoot, uncorrelatable: place.uncorrelatable }),
    ...validateJunctors(schema, field),
    ...placesBelow(place).flatMap(validatePlace),
  ];
}

function placesBelow({ schema, field, kind, uncorrelatable }: Place): Place[] {
  const { properties = {}, items, additionalProperties: values } = schema;
  const isOwn = ([key]: readonly [string, Schema]) => kind !== 'root' || key !== 'metadata';
  const places: Place[] = Object.entries(properties)
    .filter(isOwn)
    .map(([key, child]) => ({
      schema: child,
      field: `${field}.properties[${key}]`,
      kind: 'object field',
      uncorrelatable,
    }));
  if (typeof values === 'object') {
    places.push({ schema: values, field: `${field}.additionalProperties`, kind: 'object field', uncorrelatable });
  }
  if (items !== undefined) {
    const here = schema['x-kubernetes-list-type'] === 'map' ? uncorrelatable : (uncorrelatable ?? field);
    places.push({ schema: items, field: `${field}.items`, kind: 'array item', uncorrelatable: here });
  }
  return places;
}

function validateRoot(schema: Schema, field: string): FieldError[] {
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

/** Of the metadata, which every resource has, a schema may only restrict the names. */
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

function validateType({ schema, field, kind }: Place): FieldError[] {
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isFree || schema.$ref !== undefined || (schema.type ?? '') !== '') return [];
  return [required(`${field}.type`, `must not be empty for specified ${kind}s`)];
}

const UNSUPPORTED = ['$ref', '$schema', 'id', 'definitions', 'dependencies', 'patternProperties', 'additionalItems'];

function validateUnsupported(schema: Schema, field: string): FieldError[] {
  return UNSUPPORTED.filter((key) => key in schema).map((key) =>
    forbiddenField(`${field}.${key}`, `${key} is not supported`),
  );
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function validateKeywords(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  if (type === 'null') {
    errors.push(forbiddenField(`${field}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (schema.uniqueItems === true) {
    const text = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, text));
  }
  if (schema.properties !== undefined && typeof schema.additionalProperties === 'object') {
    const text = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbiddenField(`${field}.additionalProperties`, text));
  }
  if (type === 'array' && schema.items === undefined) errors.push(required(`${field}.items`, 'must be specified'));
  return [...errors, ...validatePattern(schema, field)];
}

function validatePattern({ pattern }: Schema, field: string): FieldError[] {
  if (pattern === undefined) return [];
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `must be a valid regular expression, but isn't: ${reason}`;
    return [invalidField(`${field}.pattern`, pattern, text)];
  }
}

function validateExtensions(schema: Schema, field: string): FieldError[] {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  const at = `${field}.x-kubernetes-preserve-unknown-fields`;
  if (preserve === false) return [invalidField(at, false, 'must be true or undefined')];
  if (schema['x-kubernetes-int-or-string'] === true) {
    return preserve ? [invalidField(at, true, 'must be false if x-kubernetes-int-or-string is true')] : [];
  }
  return schema['x-kubernetes-embedded-resource'] === true ? validateEmbedded(schema, field) : [];
}

function validateEmbedded(schema: Schema, field: string): FieldError[] {
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

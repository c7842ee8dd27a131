import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-error.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { compileCel } from './cel.ts';
import { validateSchema } from './validate.ts';

const KEYWORDS = new Set(
  [
    '$ref $schema additionalItems additionalProperties allOf anyOf default definitions dependencies description enum',
    'example exclusiveMaximum exclusiveMinimum externalDocs format id items maxItems maxLength maxProperties maximum',
    'minItems minLength minProperties minimum multipleOf not nullable oneOf pattern patternProperties properties',
    'required title type uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string',
    'x-kubernetes-list-map-keys x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-preserve-unknown-fields',
    'x-kubernetes-validations',
  ].flatMap((line) => line.split(' ')),
);

/** Paths of keywords that are not part of the dialect: what strict decoding of a definition refuses. */
export function unknownKeywords(schema: unknown, path: string): string[] {
  if (!isObject(schema)) return [];
  const own = Object.keys(schema)
    .filter((key) => !KEYWORDS.has(key))
    .map((key) => `${path}.${key}`);
  return [...own, ...childSchemas(schema).flatMap(([name, child]) => unknownKeywords(child, `${path}.${name}`))];
}

/** Every schema directly below another one, with its path. */
function childSchemas(schema: JsonObject): (readonly [path: string, schema: unknown])[] {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((key) =>
    Array.isArray(schema[key]) ? schema[key].map((item, i) => [`${key}[${i}]`, item] as const) : [],
  );
  const single = ['items', 'not', 'additionalProperties'].flatMap((key) =>
    isObject(schema[key]) ? [[key, schema[key]] as const] : [],
  );
  return [...properties.map(([key, value]) => [`properties[${key}]`, value] as const), ...lists, ...single];
}

/** Checks that a schema is structural, as far as mistakes in hand-written definitions go. */
export function validateStructural(schema: Schema, field: string): FieldError[] {
  const root = schema.type === 'object' ? [] : [rootTypeError(schema.type, field)];
  return [...root, ...validateNode(schema, field, 'root')];
}

function rootTypeError(type: string | undefined, field: string): FieldError {
  if (type === undefined) return required(`${field}.type`, 'must not be empty at the root');
  return invalidField(`${field}.type`, type, 'must be object at the root');
}

type Place = 'root' | 'object field' | 'array item';

function validateNode(schema: Schema, field: string, place: Place): FieldError[] {
  return [
    ...(place === 'root' ? [] : validateTypePresence(schema, field, place)),
    ...validateKeywords(schema, field),
    ...validateListKeys(schema, field),
    ...validateDefault(schema, field),
    ...validateRuleTexts(schema, field),
    ...validateJunctors(schema, field),
    ...validateChildren(schema, field),
  ];
}

function validateTypePresence(schema: Schema, field: string, place: Place): FieldError[] {
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isFree || (schema.type !== undefined && schema.type !== '')) return [];
  return [required(`${field}.type`, `must not be empty for specified ${place}s`)];
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function validateKeywords(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== undefined && !TYPES.includes(schema.type))
    errors.push(notSupported(`${field}.type`, schema.type, TYPES));
  if (schema.uniqueItems === true) {
    const text = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${field}.uniqueItems`, text));
  }
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    errors.push(
      forbiddenField(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  if (schema.type === 'array' && schema.items === undefined)
    errors.push(required(`${field}.items`, 'must be specified'));
  return errors;
}

function validateListKeys(schema: Schema, field: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === undefined) return [];
  if (!['atomic', 'map', 'set'].includes(type)) {
    return [notSupported(`${field}.x-kubernetes-list-type`, type, ['atomic', 'map', 'set'])];
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (type !== 'map') return [];
  if (keys.length === 0) {
    return [required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')];
  }
  const { properties = {}, required: needed = [] } = schema.items ?? {};
  return keys.flatMap((key, index) => {
    if (properties[key] === undefined) {
      return [
        invalidField(
          `${field}.x-kubernetes-list-map-keys[${index}]`,
          key,
          'entries must all be names of item properties',
        ),
      ];
    }
    if (needed.includes(key) || properties[key].default !== undefined) return [];
    const text = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    return [required(`${field}.items.properties[${key}].default`, text)];
  });
}

function validateDefault(schema: Schema, field: string): FieldError[] {
  return schema.default === undefined ? [] : validateSchema(schema.default, schema, `${field}.default`);
}

function validateRuleTexts(schema: Schema, field: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule }, index) => {
    try {
      compileCel(rule);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      const at = `${field}.x-kubernetes-validations[${index}].rule`;
      return [invalidField(at, rule, `compilation failed: ERROR: <input>: ${reason}`)];
    }
  });
}

/** Inside allOf, anyOf, oneOf and not there are only value validations: no types, no new fields. */
function validateJunctors(schema: Schema, field: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] === true) return [];
  return (['allOf', 'anyOf', 'oneOf'] as const).flatMap((key) =>
    (schema[key] ?? []).flatMap((part, index) =>
      part.type === undefined || part.type === ''
        ? []
        : [forbiddenField(`${field}.${key}[${index}].type`, 'must be empty to be structural')],
    ),
  );
}

function validateChildren(schema: Schema, field: string): FieldError[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, child]) =>
      validateNode(child, `${field}.properties[${key}]`, 'object field'),
    ),
    ...(items === undefined ? [] : validateNode(items, `${field}.items`, 'array item')),
    ...(typeof additionalProperties === 'object'
      ? validateNode(additionalProperties, `${field}.additionalProperties`, 'object field')
      : []),
  ];
}

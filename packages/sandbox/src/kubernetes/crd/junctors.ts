import { type FieldError, forbiddenField, required } from '../field-error.ts';
import { deepEqual } from '../json.ts';
import type { Schema } from '../schema/schema.ts';

const EMPTY = ['type', 'description', 'title', 'x-kubernetes-validations'] as const;
const FALSE = [
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
] as const;
const UNDEFINED = [
  'default',
  'additionalProperties',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
] as const;
const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

/**
 * Schemas in allOf, anyOf, oneOf and not may contain only value validations: no types, descriptions or Kubernetes
 * extensions.
 */
export function validateJunctors(schema: Schema, field: string): FieldError[] {
  return nestedIn(schema, field).flatMap(([part, at]) => validatePart(part, at));
}

/** The nested schemas, except the two forms in which an int-or-string may specify its types. */
function nestedIn(schema: Schema, field: string): (readonly [part: Schema, at: string])[] {
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((key) => {
    const parts = schema[key] ?? [];
    if (isIntOrString && key === 'anyOf' && deepEqual(parts, INT_OR_STRING)) return [];
    const isNamed = (part: Schema, index: number) =>
      isIntOrString && key === 'allOf' && index === 0 && deepEqual(part, { anyOf: INT_OR_STRING });
    return parts.flatMap((part, index) => (isNamed(part, index) ? [] : [[part, `${field}.${key}[${index}]`] as const]));
  });
  return schema.not === undefined ? lists : [...lists, [schema.not, `${field}.not`]];
}

function validatePart(part: Schema, at: string): FieldError[] {
  const errors = [
    ...EMPTY.filter((key) => (part[key]?.length ?? 0) > 0).map((key) => [key, 'must be empty'] as const),
    ...FALSE.filter((key) => part[key] === true).map((key) => [key, 'must be false'] as const),
    ...UNDEFINED.filter((key) => part[key] !== undefined).map((key) => [key, 'must be undefined'] as const),
  ].map(([key, text]) => forbiddenField(`${at}.${key}`, `${text} to be structural`));
  if (part['x-kubernetes-list-type'] !== undefined) {
    errors.push(required(`${at}.type`, 'must be array if x-kubernetes-list-type is specified'));
  }
  const inside: (readonly [Schema, string])[] = Object.entries(part.properties ?? {}).map(([key, child]) => [
    child,
    `${at}.properties[${key}]`,
  ]);
  if (part.items !== undefined) inside.push([part.items, `${at}.items`]);
  return [...errors, ...[...inside, ...nestedIn(part, at)].flatMap(([child, where]) => validatePart(child, where))];
}

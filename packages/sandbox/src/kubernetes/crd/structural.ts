import { type FieldError, required } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import { validateJunctors } from './junctors.ts';
import { validateListDefinition } from './list-definitions.ts';
import { validateRuleDefinitions } from './rule-definitions.ts';
import { validateDefault } from './schema-default.ts';
import { validateKeywords } from './schema-keywords.ts';
import { validateEmbedded, validateRoot } from './schema-resource.ts';

/** A schema and its path in the definition. */
interface Place {
  readonly schema: Schema;
  readonly field: string;
  readonly kind: 'root' | 'object field' | 'array item';
  readonly uncorrelatable?: string | undefined;
}

/** Validates that a schema is structural and that its defaults and rules are valid. */
export function validateStructural(schema: Schema, field: string): FieldError[] {
  const errors = validateRoot(schema, field);
  return [...errors, ...validatePlace({ schema, field, kind: 'root' })];
}

function validatePlace(place: Place): FieldError[] {
  const { schema, field } = place;
  const isRoot = place.kind === 'root';
  return [
    ...(isRoot ? [] : validateType(place)),
    ...validateKeywords(schema, field),
    ...(schema['x-kubernetes-embedded-resource'] === true ? validateEmbedded(schema, field) : []),
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

function validateType({ schema, field, kind }: Place): FieldError[] {
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isFree || schema.$ref !== undefined || (schema.type ?? '') !== '') return [];
  return [required(`${field}.type`, `must not be empty for specified ${kind}s`)];
}

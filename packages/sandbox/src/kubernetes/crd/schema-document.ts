import { isObject } from '../json.ts';
import { boolean, integer, listOf, object, string } from '../schema/build.ts';
import { decodeTyped, TypeMismatch } from '../schema/decode.ts';
import type { Schema } from '../schema/schema.ts';

const number: Schema = { type: 'number' };

const rule = object({
  ...keywordsOfType(string, 'rule message messageExpression reason fieldPath'),
  optionalOldSelf: boolean,
});

/** The keywords of Go's JSONSchemaProps, except those with any JSON value or a schema. */
const KEYWORDS: Readonly<Record<string, Schema>> = {
  ...keywordsOfType(string, '$ref $schema description format id pattern title type'),
  ...keywordsOfType(string, 'x-kubernetes-list-type x-kubernetes-map-type'),
  ...keywordsOfType(boolean, 'exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource'),
  ...keywordsOfType(boolean, 'x-kubernetes-int-or-string x-kubernetes-preserve-unknown-fields'),
  ...keywordsOfType(integer, 'maxItems maxLength maxProperties minItems minLength minProperties'),
  ...keywordsOfType(number, 'maximum minimum multipleOf'),
  ...keywordsOfType(listOf(string), 'required x-kubernetes-list-map-keys'),
  'x-kubernetes-validations': listOf(rule),
};
const FREE = new Set('additionalItems default dependencies enum example externalDocs'.split(' '));
const NESTED = new Set('additionalProperties items not'.split(' '));
const LISTS = new Set('allOf anyOf oneOf'.split(' '));
const MAPS = new Set('properties patternProperties definitions'.split(' '));

function keywordsOfType(schema: Schema, names: string): Record<string, Schema> {
  return Object.fromEntries(names.split(' ').map((name) => [name, schema]));
}

/**
 * Validates the keywords of a schema and their types as Go's decoder does. Throws `TypeMismatch` for a wrong type, and
 * returns the paths of unknown fields.
 */
export function unknownKeywords(schema: unknown, path: string): string[] {
  if (!isObject(schema)) throw mismatch(schema, path);
  return Object.entries(schema).flatMap(([key, value]) => readKeyword(key, value, path));
}

function readKeyword(key: string, value: unknown, parentPath: string): string[] {
  const path = `${parentPath}.${key}`;
  if (FREE.has(key) || value === null) return [];
  if (NESTED.has(key)) return typeof value === 'boolean' ? [] : unknownKeywords(value, path);
  if (LISTS.has(key)) {
    if (!Array.isArray(value)) throw mismatch(value, path);
    return value.flatMap((item, index) => unknownKeywords(item, `${path}[${index}]`));
  }
  if (MAPS.has(key)) {
    if (!isObject(value)) throw mismatch(value, path);
    return Object.entries(value).flatMap(([name, child]) => unknownKeywords(child, `${path}.${name}`));
  }
  return decodeKeyword(key, value, parentPath);
}

/** Decodes one keyword. Paths in errors begin with the path of the enclosing schema. */
function decodeKeyword(key: string, value: unknown, parentPath: string): string[] {
  try {
    const { unknownFields } = decodeTyped({ [key]: value }, object(KEYWORDS));
    return unknownFields.map((text) => text.replace(/^unknown field "(.*)"$/, `${parentPath}.$1`));
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw new TypeMismatch(error.message.replace('struct field .', `struct field JSONSchemaProps.${parentPath}.`));
  }
}

function mismatch(value: unknown, path: string): TypeMismatch {
  const found = Array.isArray(value) ? 'array' : typeof value;
  return new TypeMismatch(`json: cannot unmarshal ${found} into Go struct field JSONSchemaProps.${path}`);
}

/** Shorthands for the schemas of the cases. */
import type { JsonObject } from '../../../src/kubernetes/json.ts';

export const string: JsonObject = { type: 'string' };
export const integer: JsonObject = { type: 'integer' };
export const INT_OR_STRING: JsonObject = { 'x-kubernetes-int-or-string': true };
export const PRESERVED: JsonObject = { 'x-kubernetes-preserve-unknown-fields': true };
export const EMBEDDED: JsonObject = { 'x-kubernetes-embedded-resource': true };

export function objectOf(properties: JsonObject, rest: JsonObject = {}): JsonObject {
  return { type: 'object', properties, ...rest };
}

export function listOf(items: unknown, rest: JsonObject = {}): JsonObject {
  return { type: 'array', items, ...rest };
}

export function mapOf(values: unknown, rest: JsonObject = {}): JsonObject {
  return { type: 'object', additionalProperties: values, ...rest };
}

/** A list with the key field `k`. */
export function keyedList(items: unknown, rest: JsonObject = {}): JsonObject {
  return listOf(items, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], ...rest });
}

/** A schema with one CEL rule. */
export function withRule(rule: string, rest: JsonObject = {}): JsonObject {
  return { 'x-kubernetes-validations': [{ rule, ...rest }] };
}

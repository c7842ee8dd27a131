import { isObject, type JsonObject, textOf } from '../json.ts';
import { decodeTyped, type TypedValue, TypeMismatch } from '../schema/decode.ts';
import type { Schema } from '../schema/schema.ts';
import { badRequest } from '../status-error.ts';
import { apiVersionOf, type Resource } from './resource.ts';

type Kind = Pick<Resource, 'group' | 'version' | 'plural' | 'kind'>;

/** The body as an object of this kind. Throws 400 for another kind. Accepts a body without type information. */
export function requireKind(body: unknown, expected: Kind): JsonObject {
  if (!isObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${expected.kind})`);
  const version = apiVersionOf(expected);
  const { kind = expected.kind, apiVersion = version } = body;
  if (kind === expected.kind && apiVersion === version) return body;
  throw badRequest(`${textOf(kind)} in version "${textOf(apiVersion)}" cannot be handled as a ${expected.kind}`);
}

/** Decodes a body, or a part of it that is the Go struct `goType`. Throws 400 for a value of the wrong type. */
export function decodeOrRefuse(body: JsonObject, schema: Schema, { kind, version }: Kind, goType = kind): TypedValue {
  try {
    return decodeTyped(body, schema);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const text = error.message.replace(' field .', ` field ${goType}.`);
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${text}`);
  }
}

import { applyPatch, type Operation } from 'rfc6902';
import { clone } from '../json.ts';
import { ApiError, badRequest } from '../status-error.ts';

/** `application/json-patch+json`. A failed test or a missing path rejects the whole patch. */
export function applyJsonPatch<T>(document: T, patch: unknown): T {
  if (!Array.isArray(patch)) {
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  const copy = clone(document);
  const failure = applyPatch(copy, patch as Operation[]).find((result) => result !== null);
  if (failure === undefined) return copy;
  throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

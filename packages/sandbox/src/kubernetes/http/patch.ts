import type { KubeObject } from '../api.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { Resource } from '../registry/resource.ts';
import { unsupportedMediaType } from '../status-error.ts';
import { mediaType, parseJson, parseYaml } from './body.ts';

/** Media type of server-side apply. */
export const APPLY = 'application/apply-patch+yaml';
const STRATEGIC = 'application/strategic-merge-patch+json';

/** A PATCH request. */
export type Patch =
  | { readonly kind: 'apply'; readonly configuration: unknown }
  | { readonly kind: 'change'; readonly change: (current: KubeObject) => unknown };

/** Reads the patch by its content type. Throws 415 with the content types that the resource accepts. */
export function readPatch(resource: Resource, contentType: string | undefined, body: Buffer): Patch {
  switch (mediaType(contentType)) {
    case APPLY:
      return { kind: 'apply', configuration: parseYaml(body) };
    case 'application/json-patch+json': {
      const operations = parseJson(body);
      return { kind: 'change', change: (current) => applyJsonPatch(current, operations) };
    }
    case 'application/merge-patch+json': {
      const patch = parseJson(body);
      return { kind: 'change', change: (current) => applyMergePatch(current, patch) };
    }
    case STRATEGIC: {
      if (resource.custom) throw unsupportedPatch(resource);
      const patch = parseJson(body);
      return { kind: 'change', change: (current) => applyStrategicMergePatch(current, patch, resource.schema) };
    }
    default:
      throw unsupportedPatch(resource);
  }
}

function unsupportedPatch({ custom }: Resource) {
  const accepted = [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(custom ? [] : [STRATEGIC]),
    APPLY,
  ];
  const text = 'the body of the request was in an unknown format - accepted media types include:';
  return unsupportedMediaType(`${text} ${accepted.join(', ')}`);
}

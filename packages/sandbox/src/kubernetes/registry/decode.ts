import type { KubeObject } from '../api.ts';
import { badRequest } from '../status-error.ts';
import type { Resource } from './resource.ts';
import type { WriteOptions } from './write-options.ts';

/**
 * Parses, prunes and defaults a request body. Unknown fields are rejected, reported or ignored, as the client requests.
 */
export function decodeObject(resource: Resource, body: unknown, options: WriteOptions): KubeObject {
  const { object, warnings } = resource.strategy.decode(body);
  if (warnings.length === 0 || options.fieldValidation === 'Ignore') return object;
  if (options.fieldValidation === 'Strict') {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${warnings.join(', ')}`,
    );
  }
  for (const text of warnings) options.warn?.(text);
  return object;
}

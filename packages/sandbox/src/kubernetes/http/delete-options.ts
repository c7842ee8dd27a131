import { isObject, objectOrEmpty } from '../json.ts';
import type { DeleteOptions, PropagationPolicy } from '../registry/delete.ts';
import type { ApiRequest } from './api-request.ts';
import { parseObject } from './body.ts';

type Request = Pick<ApiRequest, 'body' | 'contentType' | 'query'>;

/** The body of a DELETE, or else its query parameters. */
export function deleteOptions({ body, contentType, query }: Request): DeleteOptions {
  const sent = objectOrEmpty(body.length === 0 ? undefined : parseObject(body, contentType));
  return deleteOptionsIn(sent, query);
}

/** The `DeleteOptions` of a body. Query parameters count where the body says nothing. */
export function deleteOptionsIn(
  sent: Readonly<Record<string, unknown>>,
  query: URLSearchParams = new URLSearchParams(),
): DeleteOptions {
  const grace = sent['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds');
  const policy = sent['propagationPolicy'] ?? query.get('propagationPolicy') ?? orphanPolicy(sent, query);
  const { preconditions } = sent;
  return {
    ...(grace === null || grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(typeof policy === 'string' ? { propagationPolicy: policy as PropagationPolicy } : {}),
    ...(isObject(preconditions) ? { preconditions } : {}),
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(sent['dryRun']) && sent['dryRun'].includes('All')),
  };
}

/** The propagation policy of the deprecated option `orphanDependents`. */
function orphanPolicy(sent: Readonly<Record<string, unknown>>, query: URLSearchParams): PropagationPolicy | undefined {
  const orphan = sent['orphanDependents'] ?? query.get('orphanDependents');
  if (orphan === null || orphan === undefined) return undefined;
  return orphan === true || orphan === 'true' ? 'Orphan' : 'Background';
}

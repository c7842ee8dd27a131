import { getObject, type Target } from '../registry/operations.ts';
import { listObjects } from '../read/list.ts';
import { type Selection, selectionFor } from '../read/selection.ts';
import { badRequest } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { Answer } from './answer.ts';
import { listAnswer, objectAnswer } from './encode.ts';

/** GET of one object. */
export function handleGet(request: ApiRequest, target: Target): Answer {
  return objectAnswer(200, request.resource, getObject(request.cluster, target), request.view);
}

/** GET of a collection. */
export function handleList(request: ApiRequest): Answer {
  const { cluster, resource, query } = request;
  const page = listObjects(cluster, resource, selectionOf(request), {
    limit: Number(query.get('limit') ?? 0),
    continueToken: query.get('continue') ?? '',
    resourceVersion: versionParameter(query),
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  });
  return listAnswer(resource, page, request.view);
}

/** The selectors of a request. A watch on the path of an object selects it by name. */
export function selectionOf({ resource, namespace, name, query }: ApiRequest): Selection {
  const fields = [query.get('fieldSelector') ?? '', name === undefined ? '' : `metadata.name=${name}`];
  return selectionFor(resource, {
    namespace,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: fields.filter((part) => part !== '').join(','),
  });
}

/** `resourceVersion` of a read. Throws 400 if it is not a number. */
export function versionParameter(query: URLSearchParams): string {
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  }
  return version;
}

import { deleteObject, type DeleteResult } from '../registry/delete.ts';
import {
  applyFromBody,
  createFromBody,
  getObject,
  patchWith,
  replaceFromBody,
  type Target,
} from '../registry/operations.ts';
import type { Subresource, UpdateOptions } from '../registry/update.ts';
import { listObjects } from '../read/list.ts';
import { methodNotAllowed } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json } from './answer.ts';
import { parseObject } from './body.ts';
import { deleteOptions } from './delete-options.ts';
import { listAnswer, objectAnswer, type View } from './encode.ts';
import { readPatch } from './patch.ts';
import { selectionOf } from './read-handlers.ts';
import { checkPatchParameters, warningHeaders, writeOptions } from './write-parameters.ts';

/** POST of an object to its collection. */
export function handleCreate(request: ApiRequest): Answer {
  const { cluster, resource, namespace } = request;
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const warnings: string[] = [];
  const body = parseObject(request.body, request.contentType);
  const object = createFromBody(cluster, resource, namespace, body, writeOptions(request, warnings));
  return objectAnswer(201, resource, object, asJson(request), warningHeaders(warnings));
}

/** PUT of an object, its status, or the finalizers of a namespace. */
export function handleReplace(request: ApiRequest, target: Target): Answer {
  const warnings: string[] = [];
  const body = parseObject(request.body, request.contentType);
  const object = replaceFromBody(request.cluster, target, body, updateOptions(request, warnings));
  return objectAnswer(200, request.resource, object, asJson(request), warningHeaders(warnings));
}

/** PATCH of all four types. */
export function handlePatch(request: ApiRequest, target: Target): Answer {
  const { cluster, resource, query } = request;
  const patch = readPatch(resource, request.contentType, request.body);
  checkPatchParameters(query, patch.kind === 'apply');
  const warnings: string[] = [];
  const options = updateOptions(request, warnings);
  const { object, created } =
    patch.kind === 'apply'
      ? applyFromBody(cluster, target, patch.configuration, { ...options, force: query.get('force') === 'true' })
      : { object: patchWith(cluster, target, patch.change, options), created: false };
  return objectAnswer(created ? 201 : 200, resource, object, asJson(request), warningHeaders(warnings));
}

function updateOptions(request: ApiRequest, warnings: string[]): UpdateOptions {
  return { ...writeOptions(request, warnings), subresource: request.subresource as Subresource };
}

/** DELETE of one object. */
export function handleDelete(request: ApiRequest, target: Target): Answer {
  const { cluster, resource } = request;
  const result = deleteObject(cluster, resource, getObject(cluster, target), deleteOptions(request));
  const showsObject = result.kind === 'marked' || resource.strategy.deleteAnswer === 'object';
  return showsObject
    ? objectAnswer(200, resource, result.object, asJson(request))
    : json(200, successStatus(result, request));
}

/** DELETE of a collection. Returns the deleted objects. */
export function handleDeleteCollection(request: ApiRequest): Answer {
  const { cluster, resource } = request;
  const everything = { limit: 0, continueToken: '', resourceVersion: '', resourceVersionMatch: '' };
  const page = listObjects(cluster, resource, selectionOf(request), everything);
  const options = deleteOptions(request);
  const items = page.items.map((object) => deleteObject(cluster, resource, object, options).object);
  return listAnswer(resource, { ...page, items }, asJson(request));
}

function successStatus({ object }: DeleteResult, { resource }: ApiRequest) {
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name, ...group, kind: resource.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** Writes always return JSON, whatever the client accepts. */
function asJson({ view }: ApiRequest): View {
  return { ...view, format: 'json' };
}

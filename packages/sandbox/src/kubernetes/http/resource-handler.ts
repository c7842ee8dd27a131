import { isStored } from '../registry/resource.ts';
import type { Target } from '../registry/operations.ts';
import { methodNotAllowed, resourceNotServed } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { Answer } from './answer.ts';
import { handleEviction, handleLog, type PodLogs } from './pod-handlers.ts';
import { handleGet, handleList } from './read-handlers.ts';
import { handleReview } from './review-handler.ts';
import { handleScale } from './scale.ts';
import { handleTokenRequest } from './token-handler.ts';
import { handleCreate, handleDelete, handleDeleteCollection, handlePatch, handleReplace } from './write-handlers.ts';

/** Answers all requests for a resource except watches. */
export function handleResource(request: ApiRequest, podLogs: PodLogs): Answer {
  const { resource, namespace, name } = request;
  if (!isStored(resource)) return handleReview(request);
  if (name === undefined) return handleCollection(request);
  if (resource.namespaced && namespace === undefined) throw resourceNotServed();
  return handleOne(request, { resource, namespace, name }, podLogs);
}

function handleCollection(request: ApiRequest): Answer {
  switch (request.method) {
    case 'GET':
      return handleList(request);
    case 'POST':
      return handleCreate(request);
    case 'DELETE':
      return handleDeleteCollection(request);
    default:
      throw methodNotAllowed();
  }
}

function handleOne(request: ApiRequest, target: Target, podLogs: PodLogs): Answer {
  const { subresource, resource, method } = request;
  if (subresource === 'scale') return handleScale(request, target);
  if (subresource === 'log' && resource.bucket === 'pods') return handleLog(request, target, podLogs);
  if (subresource === 'eviction' && method === 'POST' && resource.bucket === 'pods')
    return handleEviction(request, target);
  if (subresource === 'token' && method === 'POST' && resource.bucket === 'serviceaccounts')
    return handleTokenRequest(request, target);
  const isServed =
    subresource === '' ||
    (subresource === 'status' && resource.hasStatus) ||
    (subresource === 'finalize' && resource.bucket === 'namespaces');
  if (!isServed) throw resourceNotServed();
  return handleObject(request, target);
}

function handleObject(request: ApiRequest, target: Target): Answer {
  switch (request.method) {
    case 'GET':
      return handleGet(request, target);
    case 'PUT':
      return handleReplace(request, target);
    case 'PATCH':
      return handlePatch(request, target);
    case 'DELETE':
      if (request.subresource === '') return handleDelete(request, target);
      throw methodNotAllowed();
    default:
      throw methodNotAllowed();
  }
}

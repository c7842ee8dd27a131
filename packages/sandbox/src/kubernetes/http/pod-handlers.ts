import { arrayOrEmpty, fieldAt, objectOrEmpty } from '../json.ts';
import { evict } from '../registry/eviction/evict.ts';
import { getObject, type Target } from '../registry/operations.ts';
import { badRequest } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json, plainText } from './answer.ts';
import { parseObject } from './body.ts';
import { deleteOptionsIn } from './delete-options.ts';
import { writeOptions } from './write-parameters.ts';

/** The source of `kubectl logs`. */
export type PodLogs = (namespace: string, pod: string, container: string | undefined) => readonly string[];

/** GET pods/log. `follow` ends after the existing lines. */
export function handleLog(request: ApiRequest, target: Target, podLogs: PodLogs): Answer {
  const pod = getObject(request.cluster, target);
  const namesIn = (field: string) =>
    arrayOrEmpty(fieldAt(pod, 'spec', field)).map((one) => String(fieldAt(one, 'name')));
  const names = namesIn('containers');
  const all = [...namesIn('initContainers'), ...names];
  const container = request.query.get('container') ?? '';
  if (container === '' && names.length > 1) {
    throw badRequest(`a container name must be specified for pod ${target.name}, choose one of: [${all.join(' ')}]`);
  }
  if (container !== '' && !all.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${target.name}`);
  }
  const lines = podLogs(target.namespace ?? '', target.name, container === '' ? names[0] : container);
  const tail = request.query.get('tailLines');
  const shown = tail === null ? lines : lines.slice(Math.max(lines.length - Number(tail), 0));
  return plainText(200, shown.map((line) => `${line}\n`).join(''));
}

/** POST pods/eviction: a deletion that a PodDisruptionBudget can reject. */
export function handleEviction(request: ApiRequest, target: Target): Answer {
  const eviction = objectOrEmpty(parseObject(request.body, request.contentType));
  if (fieldAt(eviction, 'metadata', 'name') !== target.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  evict(request.cluster, target, {
    write: writeOptions(request, []),
    delete: deleteOptionsIn(objectOrEmpty(eviction['deleteOptions'])),
  });
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

import { arrayOrEmpty, fieldAt, isObject } from '../json.ts';
import { deleteObject } from '../registry/delete.ts';
import { getObject, type Target } from '../registry/operations.ts';
import { ApiError, badRequest } from '../status-error.ts';
import { matchesSelector } from '../kinds/workload.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json, plainText } from './answer.ts';
import { parseObject } from './body.ts';

/** The source of `kubectl logs`. */
export type PodLogs = (namespace: string, pod: string, container: string | undefined) => readonly string[];

/** GET pods/log. `follow` ends after the existing lines. */
export function handleLog(request: ApiRequest, target: Target, podLogs: PodLogs): Answer {
  const pod = getObject(request.cluster, target);
  const names = arrayOrEmpty(fieldAt(pod, 'spec', 'containers')).map((container) => String(fieldAt(container, 'name')));
  const container = request.query.get('container') ?? '';
  if (container === '' && names.length > 1) {
    throw badRequest(`a container name must be specified for pod ${target.name}, choose one of: [${names.join(' ')}]`);
  }
  if (container !== '' && !names.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${target.name}`);
  }
  const lines = podLogs(target.namespace ?? '', target.name, container === '' ? names[0] : container);
  const tail = request.query.get('tailLines');
  const shown = tail === null ? lines : lines.slice(Math.max(lines.length - Number(tail), 0));
  return plainText(200, shown.map((line) => `${line}\n`).join(''));
}

/** POST pods/eviction: a deletion that a PodDisruptionBudget can reject. */
export function handleEviction(request: ApiRequest, target: Target): Answer {
  const { cluster, resource } = request;
  const pod = getObject(cluster, target);
  const budgets = cluster.store.list('policy/poddisruptionbudgets', target.namespace);
  const protecting = budgets.find((budget) => {
    const selector = fieldAt(budget, 'spec', 'selector');
    return isObject(selector) && matchesSelector(selector, pod.metadata.labels ?? {});
  });
  if (protecting !== undefined && Number(fieldAt(protecting, 'status', 'disruptionsAllowed') ?? 0) < 1) {
    throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${protecting.metadata.name} needs ${Number(fieldAt(protecting, 'status', 'desiredHealthy') ?? 0)} healthy pods and has ${Number(fieldAt(protecting, 'status', 'currentHealthy') ?? 0)} currently`,
        },
      ],
    });
  }
  const grace = fieldAt(parseObject(request.body, request.contentType), 'deleteOptions', 'gracePeriodSeconds');
  deleteObject(cluster, resource, pod, typeof grace === 'number' ? { gracePeriodSeconds: grace } : {});
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

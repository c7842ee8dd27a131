import type { KubeObject } from '../api.ts';
import { invalidField, refuseInvalid } from '../field-error.ts';
import { clone, fieldAt, isObject, type JsonObject, objectOrEmpty, setFieldAt } from '../json.ts';
import { getObject, type Target } from '../registry/operations.ts';
import type { ScalePaths } from '../registry/resource.ts';
import { updateObject } from '../registry/update.ts';
import { badRequest, methodNotAllowed, resourceNotServed } from '../status-error.ts';
import { labelSelectorText } from '../table/selector-text.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json } from './answer.ts';
import { parseObject } from './body.ts';
import { readPatch } from './patch.ts';
import { writeOptions } from './write-parameters.ts';

/** GET, PUT and PATCH of `autoscaling/v1 Scale`, which `kubectl scale` and autoscalers use. */
export function handleScale(request: ApiRequest, target: Target): Answer {
  const paths = request.resource.scale;
  if (paths === undefined) throw resourceNotServed();
  const current = getObject(request.cluster, target);
  const scale = scaleOf(current, paths);
  switch (request.method) {
    case 'GET':
      return json(200, scale);
    case 'PUT':
      return json(200, writeScale(request, current, paths, parseObject(request.body, request.contentType)));
    case 'PATCH':
      return json(200, writeScale(request, current, paths, patched(request, scale)));
    default:
      throw methodNotAllowed();
  }
}

function scaleOf(object: KubeObject, paths: ScalePaths): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const wanted = Number(fieldAt(object, ...paths.specReplicas) ?? 0);
  const replicas = Number(fieldAt(object, ...paths.statusReplicas) ?? 0);
  const selector = paths.selector === undefined ? undefined : fieldAt(object, ...paths.selector);
  const selectorText = isObject(selector) ? labelSelectorText(selector) : selector;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // Zero is omitted, as by Go's `omitempty`.
    spec: wanted === 0 ? {} : { replicas: wanted },
    status: { replicas, ...(selectorText === undefined || selectorText === '' ? {} : { selector: selectorText }) },
  };
}

function patched(request: ApiRequest, scale: JsonObject): unknown {
  const patch = readPatch(request.resource, request.contentType, request.body);
  if (patch.kind === 'change') return patch.change(scale as unknown as KubeObject);
  return { ...scale, spec: fieldAt(patch.configuration, 'spec') };
}

function writeScale(request: ApiRequest, current: KubeObject, paths: ScalePaths, scale: unknown): JsonObject {
  if (!isObject(scale)) throw badRequest('the object provided is unrecognized (must be of type Scale)');
  const replicas = objectOrEmpty(scale['spec'])['replicas'] ?? 0;
  checkReplicas(current, replicas);
  const candidate = clone(current);
  setFieldAt(candidate, paths.specReplicas, replicas);
  const { resourceVersion } = objectOrEmpty(scale['metadata']);
  if (typeof resourceVersion === 'string') candidate.metadata.resourceVersion = resourceVersion;
  const options = { ...writeOptions(request, []), subresource: 'scale' as const };
  return scaleOf(updateObject(request.cluster, request.resource, current, candidate, options), paths);
}

function checkReplicas({ metadata }: KubeObject, replicas: unknown): void {
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest('json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32');
  }
  if (replicas >= 0) return;
  refuseInvalid({ group: 'autoscaling', kind: 'Scale' }, metadata.name, [
    invalidField('spec.replicas', replicas, 'must be greater than or equal to 0'),
  ]);
}

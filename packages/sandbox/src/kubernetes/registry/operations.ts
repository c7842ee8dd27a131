import type { KubeObject } from '../api.ts';
import { applyConfiguration } from '../apply/field-manager.ts';
import { isObject } from '../json.ts';
import { badRequest, notFound } from '../status-error.ts';
import { objectKey } from '../storage/event.ts';
import { type Cluster, timestamp } from './cluster.ts';
import { createObject, placeObject } from './create.ts';
import { decodeObject } from './decode.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { updateObject, type UpdateOptions } from './update.ts';
import type { WriteOptions } from './write-options.ts';

/** One object of one resource. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The stored object in the form of this resource, or undefined. Must not be changed in place. */
export function findObject(cluster: Cluster, { resource, namespace, name }: Target): KubeObject | undefined {
  const stored = cluster.store.get(resource.bucket, objectKey(namespace, name));
  return stored === undefined ? undefined : resource.fromStorage(stored);
}

/** The stored object. Throws 404 if it does not exist. */
export function getObject(cluster: Cluster, target: Target): KubeObject {
  const object = findObject(cluster, target);
  if (object === undefined) throw notFound(target.resource, target.name);
  return object;
}

/** POST. */
export function createFromBody(
  cluster: Cluster,
  resource: Resource,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions,
): KubeObject {
  const object = decodeObject(resource, body, options);
  placeObject(resource, object, namespace);
  return createObject(cluster, resource, object, options);
}

/** PUT of the main resource or of a subresource. */
export function replaceFromBody(cluster: Cluster, target: Target, body: unknown, options: UpdateOptions): KubeObject {
  const { resource, namespace, name } = target;
  const candidate = decodeObject(resource, body, options);
  placeObject(resource, candidate, namespace, name);
  const current = getObject(cluster, target);
  return updateObject(cluster, resource, current, candidate, { ...options, replaces: true });
}

/** PATCH except server-side apply. `change` computes the new JSON from the current one. */
export function patchWith(
  cluster: Cluster,
  target: Target,
  change: (current: KubeObject) => unknown,
  options: UpdateOptions,
): KubeObject {
  const { resource, namespace, name } = target;
  const current = getObject(cluster, target);
  const candidate = decodeObject(resource, change(current), options);
  placeObject(resource, candidate, namespace, name);
  return updateObject(cluster, resource, current, candidate, options);
}

/** The result of a server-side apply. */
export interface ApplyResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** PATCH with `application/apply-patch+yaml`. Creates the object if it does not exist. */
export function applyFromBody(
  cluster: Cluster,
  target: Target,
  body: unknown,
  options: UpdateOptions & { readonly force: boolean },
): ApplyResult {
  const { resource, namespace, name } = target;
  const configuration = readConfiguration(target, body, options);
  const live = findObject(cluster, target);
  const subresource = options.subresource ?? '';
  if (live === undefined && subresource !== '') throw notFound(resource, name);
  const applied = applyConfiguration(
    live,
    configuration,
    {
      schema: resource.schema,
      writer: { manager: options.manager, operation: 'Apply', apiVersion: apiVersionOf(resource), subresource },
      time: timestamp(cluster.now()),
      hasStatus: resource.hasStatus,
    },
    options.force,
  );
  const candidate = decodeObject(resource, applied, { ...options, fieldValidation: 'Ignore' });
  placeObject(resource, candidate, namespace, name);
  const applyOptions = { ...options, applied: true };
  if (live === undefined) return { object: createObject(cluster, resource, candidate, applyOptions), created: true };
  return { object: updateObject(cluster, resource, live, candidate, applyOptions), created: false };
}

/** The applied fields as the client sent them: validated like any body, but without defaults. */
function readConfiguration({ resource, namespace, name }: Target, body: unknown, options: WriteOptions): KubeObject {
  if (!isObject(body)) throw badRequest('error decoding YAML: the patch is not an object');
  const { kind, apiVersion } = body;
  if (kind === undefined || apiVersion === undefined) throw badRequest('invalid object type: /, Kind=');
  decodeObject(resource, body, options);
  const metadata = isObject(body['metadata']) ? body['metadata'] : {};
  if (metadata['managedFields'] !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const configuration = withoutNulls({ ...body, metadata }) as KubeObject;
  placeObject(resource, configuration, namespace, name);
  return configuration;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}

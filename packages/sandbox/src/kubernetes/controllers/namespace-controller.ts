import type { KubeApi, KubeObject, ResourceRef } from '../api.ts';
import { ApiError } from '../status-error.ts';
import type { CachedResource } from './cached-resource.ts';
import type { ControllerContext, RunningController } from './context.ts';
import { deletionConditions, type RemainingObjects } from './namespace/deletion-conditions.ts';
import type { Condition } from './conditions.ts';
import { CONFIG_MAPS, NAMESPACES, NAMESPACES_FINALIZE, SERVICE_ACCOUNTS } from './resources.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

interface World {
  readonly api: KubeApi;
  readonly namespaces: CachedResource<Namespace>;
  readonly resources: () => readonly ResourceRef[];
}

const EMPTY_RECHECK_MS = 100;

/** Creates the default objects of new namespaces, and deletes the content of terminating ones. */
export function startNamespaceController(context: ControllerContext): RunningController {
  const { api } = context;
  const namespaces = context.caches.of<Namespace>(NAMESPACES);
  let resources: readonly ResourceRef[] = [];
  const unsubscribe = api.onResources((served) => (resources = served));
  const loop = new WorkLoop((name) => reconcile({ api, namespaces, resources: () => resources }, name));

  namespaces.subscribe(({ metadata }) => loop.add(metadata.name));
  return {
    async stop() {
      unsubscribe();
      await loop.stop();
    },
  };
}

function reconcile(world: World, name: string): Recheck {
  const namespace = world.namespaces.get(undefined, name);
  if (namespace === undefined) return undefined;
  if (namespace.metadata.deletionTimestamp === undefined) return addDefaultObjects(world.api, name);
  return empty(world, namespace);
}

function addDefaultObjects(api: KubeApi, namespace: string): Recheck {
  for (const { resource, object } of defaultObjects(namespace)) {
    if (api.get(resource, namespace, object.metadata.name) === undefined) api.create(resource, object);
  }
  return undefined;
}

function defaultObjects(namespace: string): readonly { resource: ResourceRef; object: KubeObject }[] {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
  const rootCertificates = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace },
    data: { 'ca.crt': '' }, // the sandbox API server uses plain HTTP, without a certificate
  };
  return [
    { resource: SERVICE_ACCOUNTS, object: account },
    { resource: CONFIG_MAPS, object: rootCertificates },
  ];
}

function empty(world: World, namespace: Namespace): Recheck {
  const { name } = namespace.metadata;
  for (const { resource, object } of contentOf(world, name)) {
    if (object.metadata.deletionTimestamp === undefined) remove(world.api, resource, object);
  }
  const remaining = contentOf(world, name);
  const conditions = deletionConditions(remaining, namespace.status?.conditions);
  world.namespaces.writeStatus(namespace, { ...namespace.status, conditions });
  if (remaining.length > 0) return EMPTY_RECHECK_MS;
  finalize(world.api, name);
  return undefined;
}

function contentOf({ api, resources }: World, namespace: string): RemainingObjects[] {
  // A list of a cluster-scoped resource contains nothing of the namespace.
  return resources().flatMap((resource) =>
    api
      .list(resource, namespace)
      .filter((object) => object.metadata.namespace === namespace)
      .map((object) => ({ resource, object })),
  );
}

function remove(api: KubeApi, resource: ResourceRef, { metadata }: KubeObject): void {
  try {
    api.delete(resource, metadata.namespace, metadata.name, { propagationPolicy: 'Background' });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error; // it may have been deleted with its owner
  }
}

function finalize(api: KubeApi, name: string): void {
  const namespace = api.get(NAMESPACES, undefined, name);
  if (namespace !== undefined) api.update(NAMESPACES_FINALIZE, { ...namespace, spec: { finalizers: [] } });
}

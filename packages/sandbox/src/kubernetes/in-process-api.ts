import { CONTROLLER_MANAGER } from './access/user.ts';
import type { KubeApi, KubeObject, ResourceRef, WatchEventType } from './api.ts';
import { freeze } from './json.ts';
import { watchObjects } from './read/watch.ts';
import { selectionFor } from './read/selection.ts';
import type { Cluster } from './registry/cluster.ts';
import { deleteObject } from './registry/delete.ts';
import { createFromBody, findObject, getObject, replaceFromBody } from './registry/operations.ts';
import { isStored, type Resource } from './registry/resource.ts';
import type { Subresource } from './registry/update.ts';
import { resourceNotServed } from './status-error.ts';

const AS_CONTROLLER = {
  manager: 'kube-controller-manager',
  user: CONTROLLER_MANAGER,
  fieldValidation: 'Ignore',
} as const;

/** The API for the sandbox's own controllers: the same rules as over HTTP, without the HTTP. */
export function inProcessApi(cluster: Cluster): KubeApi {
  const served = (ref: ResourceRef): Resource => {
    const resource = cluster.catalog.find(ref.group, ref.version, ref.plural);
    if (resource === undefined) throw resourceNotServed();
    return resource;
  };
  const replace = (ref: ResourceRef, object: KubeObject, subresource: Subresource): KubeObject => {
    const resource = served(ref);
    const { namespace, name } = object.metadata;
    const options = { ...AS_CONTROLLER, subresource };
    return freeze(replaceFromBody(cluster, { resource, namespace, name }, object, options));
  };
  return {
    get: (ref, namespace, name) => freeze(findObject(cluster, { resource: served(ref), namespace, name })),
    list: (ref, namespace) => listAll(cluster, served(ref), namespace),
    create: (ref, object) => {
      return freeze(createFromBody(cluster, served(ref), object.metadata.namespace, object, AS_CONTROLLER));
    },
    update: (ref, object) => {
      const [plural = '', subresource = ''] = ref.plural.split('/');
      return replace({ ...ref, plural }, object, subresource as Subresource);
    },
    updateStatus: (ref, object) => replace(ref, object, 'status'),
    delete: (ref, namespace, name, options = {}) => {
      const resource = served(ref);
      const { uid, ...rest } = options;
      const current = getObject(cluster, { resource, namespace, name });
      deleteObject(cluster, resource, current, { ...rest, ...(uid === undefined ? {} : { preconditions: { uid } }) });
    },
    watch: (ref, onEvent) => watchAsync(cluster, served(ref), onEvent),
    onResources: (listener) => followResources(cluster, listener),
  };
}

function listAll(cluster: Cluster, resource: Resource, namespace: string | undefined): KubeObject[] {
  return cluster.store.list(resource.bucket, namespace).map((stored) => freeze(resource.fromStorage(stored)));
}

function watchAsync(
  cluster: Cluster,
  resource: Resource,
  onEvent: (type: WatchEventType, object: KubeObject) => void,
): () => void {
  let isOpen = true;
  const everything = selectionFor(resource, { namespace: undefined, labelSelector: '', fieldSelector: '' });
  const deliver = (type: WatchEventType, object: KubeObject) => {
    // One macrotask per event, so that a writer is never called back during its own write.
    setImmediate(() => {
      if (isOpen) onEvent(type, freeze(object));
    });
  };
  const end = watchObjects(
    cluster,
    resource,
    everything,
    { kind: 'existing' },
    { event: deliver, synced: () => undefined },
  );
  return () => {
    isOpen = false;
    end();
  };
}

/** One entry per stored resource, in its preferred version, so that no object is listed twice. */
function followResources(cluster: Cluster, listener: (resources: readonly ResourceRef[]) => void): () => void {
  const notify = (resources: readonly Resource[]) => {
    const byBucket = new Map(
      resources
        .filter(isStored)
        .toReversed()
        .map((resource) => [resource.bucket, resource]),
    );
    listener([...byBucket.values()].toReversed().map(({ group, version, plural }) => ({ group, version, plural })));
  };
  notify(cluster.catalog.all());
  return cluster.catalog.onChange(notify);
}

import type { KubeObject, OwnerReference } from '../api.ts';
import type { ResourceAttributes } from '../access/attributes.ts';
import { deepEqual } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../registry/cluster.ts';
import { apiVersionOf } from '../registry/resource.ts';
import { forbidden } from '../status-error.ts';
import { attributesFor } from './admission.ts';

/**
 * The plugin OwnerReferencesPermissionEnforcement, which is disabled by default. A user needs permission to set
 * finalizers on an owner in order to set `blockOwnerDeletion`.
 */
export const ownerReferencesPermissionEnforcement: AdmissionPlugin = ({ authorizer, catalog }, request) => {
  const { object, old, options } = request;
  if (deepEqual(object.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? [])) return;
  const require = (attributes: ResourceAttributes, why: string): void => {
    const { isAllowed, reason } = authorizer.decide(options.user, attributes);
    if (!isAllowed) throw refused(request, `${why}: ${reason}, <nil>`);
  };
  if (old !== undefined) {
    require(attributesFor(request, 'delete'), "cannot set an ownerRef on a resource you can't delete");
  }
  for (const owner of newlyBlocked(object, old)) {
    require(finalizersOf(
      catalog,
      owner,
      request,
    ), "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on");
  }
};

function newlyBlocked(object: KubeObject, old: KubeObject | undefined): OwnerReference[] {
  const before = new Set(old === undefined ? [] : blocking(old).map(({ uid }) => uid));
  return blocking(object).filter(({ uid }) => !before.has(uid));
}

function blocking({ metadata }: KubeObject): OwnerReference[] {
  return (metadata.ownerReferences ?? []).filter(({ blockOwnerDeletion }) => blockOwnerDeletion === true);
}

function finalizersOf(catalog: Catalog, owner: OwnerReference, request: AdmissionRequest): ResourceAttributes {
  const resource = catalog
    .all()
    .find((candidate) => candidate.kind === owner.kind && apiVersionOf(candidate) === owner.apiVersion);
  if (resource === undefined) {
    const { apiVersion, kind } = owner;
    const mapping = `cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}`;
    const cause = `no matches for kind "${kind}" in version "${apiVersion}"`;
    throw refused(request, `cannot set blockOwnerDeletion in this case because ${mapping}: ${cause}`);
  }
  return {
    verb: 'update',
    group: resource.group,
    resource: resource.plural,
    subresource: 'finalizers',
    namespace: resource.namespaced ? (request.object.metadata.namespace ?? '') : '',
    name: owner.name,
  };
}

function refused({ resource, object }: AdmissionRequest, why: string) {
  return forbidden(resource, object.metadata.name, why);
}

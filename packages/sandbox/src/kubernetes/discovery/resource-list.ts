import type { JsonObject } from '../json.ts';
import type { Resource } from '../registry/resource.ts';

/** A subresource in discovery. */
export interface SubresourceEntry {
  readonly name: string;
  readonly kind: string;
  /** Set if the type of the body differs from that of the resource. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

const TOKEN: SubresourceEntry = {
  name: 'token',
  kind: 'TokenRequest',
  group: 'authentication.k8s.io',
  version: 'v1',
  verbs: ['create'],
};
const READ_WRITE = ['get', 'patch', 'update'];

/** The subresources of a resource. */
export function subresourcesOf(resource: Resource): SubresourceEntry[] {
  const entries: SubresourceEntry[] = [];
  if (resource.bucket === 'namespaces') entries.push({ name: 'finalize', kind: 'Namespace', verbs: ['update'] });
  if (resource.bucket === 'pods') {
    entries.push({ name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] });
    entries.push({ name: 'log', kind: 'Pod', verbs: ['get'] });
  }
  if (resource.bucket === 'serviceaccounts') entries.push(TOKEN);
  if (resource.scale !== undefined) {
    entries.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: READ_WRITE });
  }
  if (resource.hasStatus) entries.push({ name: 'status', kind: resource.kind, verbs: READ_WRITE });
  return entries;
}

/** `GET /apis/<group>/<version>`. */
export function apiResourceList(groupVersion: string, resources: readonly Resource[]): JsonObject {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((resource) => [
      mainEntry(resource),
      ...subresourcesOf(resource).map((sub) => subEntry(resource, sub)),
    ]),
  };
}

function mainEntry({ plural, singular, namespaced, kind, shortNames, categories, verbs }: Resource): JsonObject {
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function subEntry({ plural, namespaced }: Resource, { name, ...rest }: SubresourceEntry): JsonObject {
  return { name: `${plural}/${name}`, singularName: '', namespaced, ...rest };
}

import type { JsonObject } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Resource } from '../registry/resource.ts';
import { type SubresourceEntry, subresourcesOf } from './resource-list.ts';

/** Media type of aggregated discovery, version 2. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `GET /api` or `GET /apis` in the aggregated format. */
export function aggregatedDiscovery(catalog: Catalog, groups: readonly string[]): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => groupDiscovery(catalog, group)),
  };
}

function groupDiscovery(catalog: Catalog, group: string): JsonObject {
  return {
    metadata: { creationTimestamp: null, ...(group === '' ? {} : { name: group }) },
    versions: catalog.versionsOf(group).map((version) => ({
      version,
      resources: catalog.inGroupVersion(group, version).map(resourceDiscovery),
      freshness: 'Current',
    })),
  };
}

function resourceDiscovery(resource: Resource): JsonObject {
  const { group, version, kind, shortNames, categories } = resource;
  const subresources = subresourcesOf(resource).map((entry) => subresourceDiscovery(resource, entry));
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

function subresourceDiscovery(resource: Resource, entry: SubresourceEntry): JsonObject {
  const { group = resource.group, version = resource.version, kind } = entry;
  return { subresource: entry.name, responseKind: { group, version, kind }, verbs: entry.verbs };
}

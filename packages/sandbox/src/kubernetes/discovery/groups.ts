import type { JsonObject } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';

/** `GET /api`. */
export function apiVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `GET /apis`. */
export function apiGroupList(catalog: Catalog): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: catalog.groups().map((group) => groupEntry(catalog, group)),
  };
}

/** `GET /apis/<group>`. */
export function apiGroup(catalog: Catalog, group: string): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(catalog, group) };
}

function groupEntry(catalog: Catalog, name: string): JsonObject {
  const versions = catalog.versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Resource } from '../registry/resource.ts';
import { acceptsAnyField, type Schema } from '../schema/schema.ts';

/** `GET /openapi/v3`: the paths of the documents, by group version. */
export function openApiIndex(catalog: Catalog): JsonObject {
  const paths = groupVersions(catalog).map(({ path, resources }) => {
    const hash = createHash('sha256').update(
      JSON.stringify(resources.map((resource) => [resource.kind, resource.schema])),
    );
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.digest('hex').toUpperCase()}` }] as const;
  });
  return { paths: Object.fromEntries(paths) };
}

interface GroupVersion {
  readonly path: string;
  readonly resources: readonly Resource[];
}

function groupVersions(catalog: Catalog): GroupVersion[] {
  const groups = ['', ...catalog.groups()];
  return groups.flatMap((group) =>
    catalog.versionsOf(group).map((version) => ({
      path: group === '' ? `api/${version}` : `apis/${group}/${version}`,
      resources: catalog.inGroupVersion(group, version),
    })),
  );
}

/** `GET /openapi/v3/<path>`, or undefined for a group version that is not served. */
export function openApiDocument(catalog: Catalog, path: string): JsonObject | undefined {
  const found = groupVersions(catalog).find((candidate) => candidate.path === path);
  if (found === undefined) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.2' },
    paths: Object.fromEntries(
      found.resources.map((resource) => [collectionPath(found.path, resource), pathItem(resource)]),
    ),
    components: {
      schemas: Object.fromEntries(found.resources.map((resource) => [schemaName(resource), component(resource)])),
    },
  };
}

function collectionPath(path: string, { namespaced, plural }: Resource): string {
  return namespaced ? `/${path}/namespaces/{namespace}/${plural}/{name}` : `/${path}/${plural}/{name}`;
}

function schemaName({ group, version, kind }: Resource): string {
  const reversed = group === '' ? 'core' : group.split('.').toReversed().join('.');
  return `${reversed}.${version}.${kind}`;
}

function typeOf({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind };
}

/** kubectl needs only the kind, and whether PATCH supports `fieldValidation`. */
function pathItem(resource: Resource): JsonObject {
  const operation = {
    'x-kubernetes-group-version-kind': typeOf(resource),
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    })),
    responses: { 200: { description: 'OK' } },
  };
  return {
    get: { ...operation, 'x-kubernetes-action': 'get', parameters: [] },
    patch: { ...operation, 'x-kubernetes-action': 'patch' },
    put: { ...operation, 'x-kubernetes-action': 'put' },
    parameters: [],
  };
}

function component(resource: Resource): JsonObject {
  return { ...publish(resource.schema), 'x-kubernetes-group-version-kind': [typeOf(resource)] };
}

/** The schema as published in OpenAPI, without the server's own extensions. */
function publish(schema: Schema): JsonObject {
  const {
    properties,
    items,
    additionalProperties,
    'x-kubernetes-patch-merge-key': _mergeKey,
    'x-kubernetes-patch-strategy': _strategy,
    ...rest
  } = schema;
  const published: JsonObject = { ...rest };
  if (properties !== undefined) {
    published['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, publish(value)]),
    );
  }
  if (items !== undefined) published['items'] = publish(items);
  if (isObject(additionalProperties)) published['additionalProperties'] = publish(additionalProperties);
  // `kubectl explain` needs a type for every field.
  if (schema['x-kubernetes-int-or-string'] === true) published['type'] = 'string';
  else if (published['type'] === undefined && acceptsAnyField(schema)) published['type'] = 'object';
  return published;
}

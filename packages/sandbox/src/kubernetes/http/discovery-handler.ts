import { createHash } from 'node:crypto';
import { aggregatedDiscovery, AGGREGATED } from '../discovery/aggregated.ts';
import { apiGroup, apiGroupList, apiVersions } from '../discovery/groups.ts';
import { openApiDocument, openApiIndex } from '../discovery/openapi.ts';
import { apiResourceList } from '../discovery/resource-list.ts';
import type { JsonObject } from '../json.ts';
import type { Catalog } from '../registry/catalog.ts';
import { type Answer, json, pageNotFound, plainText } from './answer.ts';
import { acceptsAggregated } from './negotiate.ts';

const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-06-01T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const HEALTH = new Set(['/healthz', '/livez', '/readyz']);

/** A request for a path that is not a resource. */
export interface DiscoveryRequest {
  readonly path: string;
  readonly accept: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly host: string;
}

/** Answers discovery, version, health and OpenAPI requests. Undefined for other paths. */
export function handleDiscovery(catalog: Catalog, request: DiscoveryRequest): Answer | undefined {
  const path = request.path.replace(/(.)\/$/, '$1');
  if (HEALTH.has(path)) return plainText(200, 'ok');
  if (path === '/version') return json(200, VERSION);
  if (path === '/openapi/v3') return json(200, openApiIndex(catalog));
  if (path.startsWith('/openapi/')) return openApi(catalog, path);
  if (path === '/api') return cached(request, rootOf(catalog, request, [''], apiVersions(request.host)));
  if (path === '/apis') return cached(request, rootOf(catalog, request, catalog.groups(), apiGroupList(catalog)));
  return groupAnswer(catalog, path);
}

function openApi(catalog: Catalog, path: string): Answer {
  const document = openApiDocument(catalog, path.slice('/openapi/v3/'.length));
  return document === undefined ? pageNotFound() : json(200, document);
}

function rootOf(catalog: Catalog, { accept }: DiscoveryRequest, groups: readonly string[], legacy: JsonObject): Answer {
  if (!acceptsAggregated(accept)) return json(200, legacy);
  return { ...json(200, aggregatedDiscovery(catalog, groups)), contentType: AGGREGATED };
}

/** Clients cache discovery by its ETag, because it is requested often and changes rarely. */
function cached({ ifNoneMatch }: DiscoveryRequest, answer: Answer): Answer {
  const etag = `"${createHash('sha512').update(answer.contentType).update(answer.body).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  return ifNoneMatch === etag ? { ...answer, status: 304, body: '', headers } : { ...answer, headers };
}

function groupAnswer(catalog: Catalog, path: string): Answer | undefined {
  const [, root, ...parts] = path.split('/');
  const [group, version] = root === 'api' ? ['', ...parts] : parts;
  if ((root !== 'api' && root !== 'apis') || parts.length > (root === 'api' ? 1 : 2)) return undefined;
  if (group === undefined || !(group === '' || catalog.groups().includes(group))) return pageNotFound();
  if (version === undefined) return json(200, apiGroup(catalog, group));
  const resources = catalog.inGroupVersion(group, version);
  if (resources.length === 0) return pageNotFound();
  return json(200, apiResourceList(group === '' ? version : `${group}/${version}`, resources));
}

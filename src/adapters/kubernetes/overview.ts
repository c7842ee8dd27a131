import type { KubeObject, Namespace, Service, Tunnel } from '../../api/objects.ts';
import { attachableFrom } from '../../core/routing/attachable.ts';
import { type RouteRequest, requestsOf } from '../../core/model/route-request.ts';
import { type SourceKey, firstKeyOf, sourceKey } from '../../core/model/source.ts';
import { keyOf } from '../../core/keys.ts';
import type { OverviewFacts } from '../../core/overview/hostnames.ts';
import type { Parsers } from '../../core/sources/parsers.ts';
import { relatedAmong } from '../../core/sources/related.ts';
import type { RouteSource, Standing } from '../../core/sources/source.ts';
import { ApiError } from './api-error.ts';
import { listWhatMayBeRead } from './cluster-objects.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { installedKinds } from './installed-kinds.ts';
import { projectService } from './projections.ts';
import { type WatchedName, watchedKind } from './watched-kinds.ts';

/** The kinds of objects that routes come from, and how they are parsed. */
export interface Parsing {
  readonly sources: readonly { readonly plural: WatchedName; readonly source: RouteSource }[];
  readonly parsers: Parsers;
}

/** Reads what the hostnames of a namespace, or of all, lead to: one list for each kind. */
export async function readOverview(
  cluster: ClusterReader,
  namespace: string | undefined,
  { sources, parsers }: Parsing,
): Promise<OverviewFacts> {
  const installed = await installedKinds(cluster, sources);
  const [tunnels, others, ...kinds] = await Promise.all([
    readTunnels(cluster, namespace),
    readRelated(cluster, installed.related),
    ...installed.sources.map(async ({ plural, source }) => ({
      source,
      objects: await readSources(cluster, plural, namespace),
    })),
  ]);
  const read = kinds.flatMap(({ objects }) => objects);
  const related = relatedAmong([...read, ...others, ...tunnels, ...(await readOrigins(cluster, tunnels))]);
  const standings = new Map<SourceKey, Standing>();
  const requests: RouteRequest[] = [];
  for (const { source, objects } of kinds)
    for (const object of objects.filter((one) => source.requestsExposure(one, related))) {
      const standing = source.conditionOf?.(object) ?? source.standingOf?.(object, related);
      if (standing !== undefined) standings.set(sourceKey(source.kind, keyOf(object)), standing);
      requests.push(...requestsOf(source.parse(object, parsers, related)));
    }
  const noNamespaces: readonly Namespace[] = [];
  return {
    requests,
    to: attachableFrom({ tunnels, namespaces: noNamespaces, related }),
    standingOf: (source) => standings.get(firstKeyOf(source)),
  };
}

/** What decides about the routes of other objects. Of a kind that the user may not list, there is none. */
async function readRelated(cluster: ClusterReader, plurals: readonly WatchedName[]): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(plurals.map((plural) => cluster.tryList<KubeObject>(plural, {})));
  return lists.flatMap((list) => list ?? []);
}

/** The Services that Tunnels name, in whichever namespace. Not all users may read them. */
async function readOrigins(cluster: ClusterReader, tunnels: readonly Tunnel[]): Promise<readonly KubeObject[]> {
  const keys = new Set(tunnels.flatMap(({ spec }) => spec.origin?.replace(/:.*/, '') ?? []));
  const found = await Promise.all([...keys].map((key) => cluster.tryFind<Service>('services', key)));
  return found.flatMap((service) =>
    service === undefined ? [] : [projectService({ ...service, apiVersion: 'v1', kind: 'Service' })],
  );
}

/** Tunnels of other namespaces may be the default one; whoever may not see those sees the own. */
async function readTunnels(cluster: ClusterReader, namespace: string | undefined): Promise<readonly Tunnel[]> {
  const all = await cluster.tryList<Tunnel>('tunnels', {});
  return all ?? (await cluster.list<Tunnel>('tunnels', { namespace }).catch(noneIfForbidden));
}

function noneIfForbidden(error: unknown): readonly never[] {
  if (error instanceof Error && error.cause instanceof ApiError && error.cause.code === 403) return [];
  throw error;
}

async function readSources(
  cluster: ClusterReader,
  plural: WatchedName,
  namespace: string | undefined,
): Promise<readonly KubeObject[]> {
  const { project } = watchedKind(plural);
  return ((await listWhatMayBeRead(cluster, plural, namespace)) ?? []).map(project);
}

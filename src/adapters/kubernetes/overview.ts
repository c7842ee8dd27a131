import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, Namespace, Tunnel } from '../../api/objects.ts';
import { attachableFrom } from '../../core/routing/attachable.ts';
import type { RouteRequest } from '../../core/model/route-request.ts';
import { type SourceKey, sourceKey } from '../../core/model/source.ts';
import { keyOf } from '../../core/keys.ts';
import type { OverviewFacts } from '../../core/overview/hostnames.ts';
import type { Parsers } from '../../core/sources/parsers.ts';
import type { RouteSource } from '../../core/sources/source.ts';
import type { ClusterReader } from './cluster-reader.ts';
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
  const [tunnels, ...kinds] = await Promise.all([
    readTunnels(cluster, namespace),
    ...sources.map(async ({ plural, source }) => ({ source, objects: await readSources(cluster, plural, namespace) })),
  ]);
  const conditions = new Map<SourceKey, Condition>();
  const requests: RouteRequest[] = [];
  for (const { source, objects } of kinds)
    for (const object of objects.filter((one) => source.requestsExposure(one))) {
      const condition = source.conditionOf(object);
      if (condition !== undefined) conditions.set(sourceKey(source.kind, keyOf(object)), condition);
      requests.push(source.parse(object, parsers));
    }
  const noNamespaces: readonly Namespace[] = [];
  return { requests, to: attachableFrom(tunnels, noNamespaces), conditionOf: (source) => conditions.get(source) };
}

/** Tunnels of other namespaces may be the default one; whoever may not see those sees the own. */
async function readTunnels(cluster: ClusterReader, namespace: string | undefined): Promise<readonly Tunnel[]> {
  const all = await cluster.tryList<Tunnel>('tunnels', {});
  return all ?? (await cluster.tryList<Tunnel>('tunnels', { namespace })) ?? [];
}

async function readSources(
  cluster: ClusterReader,
  plural: WatchedName,
  namespace: string | undefined,
): Promise<readonly KubeObject[]> {
  const { project } = watchedKind(plural);
  return (await cluster.list<KubeObject>(plural, { namespace })).map(project);
}

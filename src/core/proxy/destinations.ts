/** Where the requests of a route go: a cluster for each of its backends, or one for all of them. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Filter } from '../model/proxy-rule.ts';
import { claimOf } from '../model/route.ts';
import { type Cluster, clusterName } from './clusters.ts';
import type { Endpoint, PodGroup } from './endpoints.ts';
import { type ProxiedBackend, type ProxiedRoute, type Upstream, upstreamOf } from './proxied-route.ts';
import { sessionMetadata } from './session.ts';

/** Ready endpoints of a port of a Service; undefined: the Service or its port does not exist. */
export type FindEndpoints = (service: ObjectKey, port: number) => readonly Endpoint[] | undefined;

/** A share of the requests of a route. */
export interface Destination {
  readonly weight: number;
  /** Absent: the backend does not exist. */
  readonly cluster?: Cluster;
  readonly filters: readonly Filter[];
}

/** Only backends with a weight get requests; a pod of another one keeps the sessions that it has. */
export function destinationsOf(route: ProxiedRoute, find: FindEndpoints): readonly Destination[] {
  const { backends, session } = route;
  if (session !== undefined && isUniform(backends, find)) return shared(route, find);
  return backends
    .filter(({ weight }) => weight > 0)
    .map((backend) => ({ ...backend, ...clusterOf(backend, { route, find }) }));
}

/** The clusters to which filters copy requests. */
export function mirrorClusters({ filters }: ProxiedRoute, find: FindEndpoints): readonly Cluster[] {
  return filters.flatMap((filter) => {
    if (filter.type !== 'Mirror') return [];
    return plainCluster(upstreamOf(filter.backend), find) ?? [];
  });
}

interface Search {
  readonly route: ProxiedRoute;
  readonly find: FindEndpoints;
}

function clusterOf({ upstream }: ProxiedBackend, { route, find }: Search): Pick<Destination, 'cluster'> {
  const cluster = upstream && plainCluster(upstream, find);
  if (cluster === undefined) return {};
  const { session } = route;
  if (session === undefined) return { cluster };
  const groups = cluster.groups.map((group) => ({ ...group, metadata: sessionMetadata }));
  return { cluster: { ...cluster, name: `${sessionName(route)} ${cluster.name}`, groups, isSticky: true } };
}

export function plainCluster(upstream: Upstream, find: FindEndpoints): Cluster | undefined {
  const endpoints = isUsable(upstream) ? find(upstream.service, upstream.port) : undefined;
  if (endpoints === undefined) return undefined;
  const name = clusterName(upstream);
  return { name, upstream, groups: [{ name, weight: 1, endpoints }], isSticky: false };
}

/** Certificates that are not known cannot be trusted, and Envoy refuses a cluster whose file is missing. */
function isUsable({ tls }: Upstream): boolean {
  return tls?.caPool === undefined || tls.caPool.fingerprint !== undefined;
}

/** Whether one cluster can have the pods of all backends, so that a session finds its pod whatever the weights say. */
function isUniform(backends: readonly ProxiedBackend[], find: FindEndpoints): boolean {
  const kinds = new Set(backends.map(({ upstream }) => upstream && connectionOf(upstream)));
  const isWhole = backends.every(
    ({ upstream, filters }) =>
      upstream !== undefined && filters.length === 0 && plainCluster(upstream, find) !== undefined,
  );
  return isWhole && kinds.size === 1 && backends.some(({ weight }) => weight > 0);
}

/** How connections are made, whatever the Service. */
function connectionOf(upstream: Upstream): string {
  return clusterName({ ...upstream, service: '', port: 0 });
}

function shared(route: ProxiedRoute, find: FindEndpoints): readonly Destination[] {
  const { backends, session } = route;
  const upstream = backends[0]?.upstream;
  if (upstream === undefined || session === undefined) return [];
  const groups = backends.flatMap((backend, index): readonly PodGroup[] => {
    if (backend.upstream === undefined) return [];
    const { service, port } = backend.upstream;
    const endpoints = find(service, port) ?? [];
    return [{ name: `${index} ${service}:${port}`, weight: backend.weight, endpoints, metadata: sessionMetadata }];
  });
  return [{ weight: 1, filters: [], cluster: { name: sessionName(route), upstream, groups, isSticky: true } }];
}

/** Named by the claim, so that the cluster stays while its backends change. */
function sessionName({ route }: ProxiedRoute): string {
  return `session ${claimOf(route)}`;
}

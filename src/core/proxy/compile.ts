/**
 * Compiles routes into the configuration of the proxy. Equal input gives equal bytes.
 *
 * Guarantees
 * - A cluster stays for one publication after the last route to it has gone, so no request meets a missing one.
 * - Routes to a new cluster take effect only once the cluster is there. A proxy that reads the routes first refuses them
 *   and keeps the earlier ones until the next change of its folder: so a publication whose clusters differ from those
 *   `before` is followed by one with `before` equal to the routes, whose files always have another version.
 */
import { compare } from '../keys.ts';
import type { OriginRequest, Route } from '../model/route.ts';
import { bootstrapFor } from './bootstrap.ts';
import { type Cluster, envoyCluster } from './clusters.ts';
import { type FindEndpoints, destinationsOf, mirrorClusters } from './destinations.ts';
import type { ProxyFiles } from './files.ts';
import { POD, type ProxyPlace } from './place.ts';
import { type ProxiedRoute, proxiedRoute } from './proxied-route.ts';
import { routesForProxy } from './proxied.ts';
import { linesOf, resourceFile } from './resource-file.ts';
import { routeConfiguration, virtualHosts } from './route-config.ts';

export type { Endpoint } from './endpoints.ts';
export type { ProxyFiles } from './files.ts';

export interface ProxyFacts {
  readonly hash: (text: string) => string;
  readonly endpointsOf: FindEndpoints;
  /** Routes published before. */
  readonly before: readonly Route[];
  /** Hostnames that rules have led here and that connectors may still lead here, though no route of them needs it. */
  readonly kept?: ReadonlySet<string>;
  /** Settings for origins that the Tunnel has for all of its routes. */
  readonly defaults?: OriginRequest;
  /** Absent: a connector's pod. */
  readonly place?: ProxyPlace;
}

export function compileProxy(all: readonly Route[], facts: ProxyFacts): ProxyFiles {
  const { hash, endpointsOf, before, kept = new Set(), defaults, place = POD } = facts;
  const proxied = (routes: readonly Route[]): readonly ProxiedRoute[] =>
    routesForProxy(routes, kept).map((route) => proxiedRoute(route, defaults));
  const routes = proxied(all);
  const earlier = clustersOf(proxied(before), endpointsOf);
  const clusters = new Map([...earlier, ...clustersOf(routes, endpointsOf)]);
  const sorted = [...clusters.values()].toSorted((a, b) => compare(a.name, b.name));
  const resources = linesOf(sorted.map((cluster) => envoyCluster(cluster, place.configFolder)));
  const configuration = linesOf([routeConfiguration(virtualHosts(routes, endpointsOf))]);
  const version = hash([hash(configuration), hash(resources), ...[...earlier.keys()].toSorted(compare)].join('\n'));
  return {
    'bootstrap.json': `${JSON.stringify(bootstrapFor(place), undefined, 2)}\n`,
    'routes.yaml': resourceFile(version, configuration),
    'clusters.yaml': resourceFile(version, resources),
  };
}

function clustersOf(routes: readonly ProxiedRoute[], find: FindEndpoints): ReadonlyMap<string, Cluster> {
  const clusters = routes.flatMap((route) => [
    ...destinationsOf(route, find).flatMap(({ cluster }) => cluster ?? []),
    ...mirrorClusters(route, find),
  ]);
  return new Map(clusters.map((cluster) => [cluster.name, cluster]));
}

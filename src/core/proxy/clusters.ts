/** The clusters to which routes lead: pods of one or several Services, and how requests are divided among them. */
import { caFileName } from '../ca-pool/files.ts';
import type { BackendTls } from '../model/proxy-rule.ts';
import { isAddress } from './address.ts';
import { type JsonObject, milliseconds, typed } from './envoy-json.ts';
import { type PodGroup, loadAssignment } from './endpoints.ts';
import type { Upstream } from './proxied-route.ts';
import { transportSocketOf } from './tls.ts';
import { httpOptions } from './upstream-http.ts';

/** Where requests of one or several routes go. */
export interface Cluster {
  readonly name: string;
  /** How connections are made: the same for all pods of a cluster. */
  readonly upstream: Upstream;
  readonly groups: readonly PodGroup[];
  /** Requests that name a pod of the cluster go to that pod. */
  readonly isSticky: boolean;
}

/** Names everything in which clusters differ, so that equal upstreams of different routes share one. */
export function clusterName({ service, port, protocol, isHttp2, tls, connectTimeoutMs }: Upstream): string {
  const fingerprint = tls?.caPool?.fingerprint;
  const parts = [
    `${service}:${port}`,
    ...(protocol === 'http' ? [] : [protocol]),
    ...(isHttp2 ? ['h2'] : []),
    ...(tls === undefined ? [] : [tls.serverName, ...namesIn(tls)]),
    ...(fingerprint === undefined ? [] : [caFileName(fingerprint)]),
    ...(connectTimeoutMs === undefined ? [] : [`${connectTimeoutMs}ms`]),
  ];
  return parts.join(' ');
}

function namesIn({ subjectAltNames = [] }: BackendTls): readonly string[] {
  return subjectAltNames.map(({ type, value }) => `${type}=${value}`);
}

/** Long enough for a pod that is busy, and short enough to try another one while the visitor waits. */
const CONNECT_TIMEOUT_MS = 5000;
/** No limit in practice: how much a Service takes is for the Service to say. */
const UNLIMITED = 1_000_000;

export function envoyCluster(cluster: Cluster, configFolder: string): JsonObject {
  const { name, upstream, groups } = cluster;
  const hasNames = groups.some(({ endpoints }) => endpoints.some(({ address }) => !isAddress(address)));
  const statName = name.replaceAll('.', '_');
  return typed('config.cluster.v3.Cluster', {
    name,
    alt_stat_name: statName === name ? undefined : statName,
    type: hasNames ? 'STRICT_DNS' : 'STATIC',
    connect_timeout: milliseconds(upstream.connectTimeoutMs || CONNECT_TIMEOUT_MS),
    lb_policy: 'LEAST_REQUEST',
    ...choiceOfPods(cluster),
    circuit_breakers: CIRCUIT_BREAKERS,
    upstream_connection_options: KEEP_ALIVE,
    ...httpOptions(upstream),
    ...transportSocketOf(upstream, configFolder),
    load_assignment: loadAssignment(name, groups),
  });
}

function choiceOfPods({ isSticky, groups }: Cluster): JsonObject {
  const isWeighted = groups.length > 1;
  return {
    ...(isSticky ? { lb_subset_config: { ...STICKY, locality_weight_aware: isWeighted } } : {}),
    ...(isWeighted ? { common_lb_config: { locality_weighted_lb_config: {} } } : {}),
  };
}

/** A session holds only as long as its pod: without it, the request goes to any pod. */
const STICKY: JsonObject = {
  fallback_policy: 'ANY_ENDPOINT',
  subset_selectors: [{ keys: ['pod'], single_host_per_subset: true }],
};

const CIRCUIT_BREAKERS: JsonObject = {
  thresholds: [
    {
      max_connections: UNLIMITED,
      max_pending_requests: UNLIMITED,
      max_requests: UNLIMITED,
      max_retries: UNLIMITED,
    },
  ],
};

/** Detects that a node is gone, in seconds, even where neither end has anything to send. */
const KEEP_ALIVE: JsonObject = {
  tcp_keepalive: { keepalive_time: 30, keepalive_interval: 10, keepalive_probes: 3 },
};

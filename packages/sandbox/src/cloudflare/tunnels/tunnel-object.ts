import type { Call, World } from '../http/endpoint.ts';
import { timestamp } from '../state/ids.ts';
import type { Tunnel } from '../state/model.ts';
import type { Attachment } from './attachments.ts';
import type { ConnectorView } from './connector-hub.ts';

export type TunnelStatus = 'inactive' | 'degraded' | 'healthy' | 'down';

/** The number of connections of a healthy connector. */
const FULL_CONNECTIONS = 4;

/** The status follows from the number of connections. Assumption: the thresholds, which are not documented. */
export function tunnelStatus(tunnel: Tunnel, { connectors }: Pick<World, 'connectors'>): TunnelStatus {
  if (connectors.activityOf(tunnel.id) === undefined) return 'inactive';
  const total = connectors.connectionsOf(tunnel.id).length;
  if (total === 0) return 'down';
  return total < FULL_CONNECTIONS ? 'degraded' : 'healthy';
}

/** A tunnel as every tunnel endpoint returns it. */
export function tunnelObject(tunnel: Tunnel, world: World): Record<string, unknown> {
  const activity = world.connectors.activityOf(tunnel.id);
  return {
    id: tunnel.id,
    account_tag: tunnel.accountId,
    created_at: tunnel.createdAt,
    deleted_at: tunnel.deletedAt,
    name: tunnel.name,
    connections: world.assumptions.tunnelListsConnections ? connectionsOf(tunnel.id, world) : [],
    conns_active_at: activity?.activeSince === undefined ? null : timestamp(activity.activeSince),
    conns_inactive_at: inactiveAt(tunnel, activity),
    tun_type: 'cfd_tunnel',
    metadata: {},
    status: tunnelStatus(tunnel, world),
    remote_config: tunnel.configSource === 'cloudflare',
    config_src: tunnel.configSource,
  };
}

/** A new tunnel is inactive since its creation. */
function inactiveAt(
  tunnel: Tunnel,
  activity: { readonly inactiveSince: number | undefined } | undefined,
): string | null {
  if (activity === undefined) return tunnel.createdAt;
  return activity.inactiveSince === undefined ? null : timestamp(activity.inactiveSince);
}

/** A connector with its connections, as `/connections` and `/connectors/:connector` return it. */
export function clientObject({ info, configVersion, connections }: ConnectorView): unknown {
  return {
    id: info.id,
    version: info.version,
    arch: info.arch,
    features: info.features,
    config_version: configVersion,
    run_at: timestamp(Math.min(...connections.map(({ openedAt }) => openedAt))),
    conns: connections.map(connectionObject),
  };
}

function connectionsOf(tunnelId: string, { connectors }: Pick<Call, 'connectors'>): unknown[] {
  return connectors.listedConnectorsOf(tunnelId).flatMap(({ connections }) => connections.map(connectionObject));
}

function connectionObject({ id, connector, connection, openedAt, leftAt }: Attachment): unknown {
  return {
    id,
    uuid: id,
    client_id: connector.id,
    client_version: connector.version,
    colo_name: connection.location,
    is_pending_reconnect: leftAt !== undefined,
    opened_at: timestamp(openedAt),
    origin_ip: connection.originIp,
  };
}

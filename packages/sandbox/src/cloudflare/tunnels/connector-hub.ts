import { isDeepStrictEqual } from 'node:util';
import type { ConnectorInfo, Refusal, RegisterRequest } from '../../edge/rpc/registration.ts';
import type { EdgeConnection, RegisteredConnection, TunnelRegistry } from '../../edge/tunnel-registry.ts';
import type { Assumptions } from '../assumptions.ts';
import type { Cloud } from '../state/cloud.ts';
import { newUuid, timestamp } from '../state/ids.ts';
import type { Tunnel } from '../state/model.ts';
import { type Activity, type Attachment, Attachments } from './attachments.ts';
import { ConfigurationPushes } from './configuration-pushes.ts';

/** A connector and its connections in API responses. */
export interface ConnectorView {
  readonly info: ConnectorInfo;
  /** Version of its remote configuration, or -1 while it uses its own file. */
  readonly configVersion: number;
  readonly connections: readonly Attachment[];
}

/** The connections of every tunnel, which determine its status. Shared by the edge and the API. */
export class ConnectorHub implements TunnelRegistry {
  readonly #cloud: Cloud;
  readonly #assumptions: Assumptions;
  readonly #attachments: Attachments;
  readonly #pushes = new ConfigurationPushes();

  constructor(cloud: Cloud, assumptions: Assumptions) {
    this.#cloud = cloud;
    this.#assumptions = assumptions;
    this.#attachments = new Attachments(cloud);
  }

  /** A second registration of the same index replaces the old connection, whose loss may not have been noticed yet. */
  register(request: RegisterRequest, connection: EdgeConnection): RegisteredConnection | Refusal {
    const tunnel = this.#cloud.tunnels.get(request.tunnelId);
    if (tunnel?.deletedAt !== null || tunnel.accountId !== request.accountTag) return refuse(NOT_FOUND);
    if (tunnel.secret !== request.tunnelSecret) return refuse('Unauthorized: Invalid tunnel secret');
    if (this.#isFull(tunnel.id, request.connector.id)) return refuse('Too many connections');
    this.#drop(tunnel.id, ({ connector, connIndex }) => {
      return connector.id === request.connector.id && connIndex === request.connIndex;
    });
    return this.#attach(tunnel, request, connection);
  }

  connectionsOf(tunnelId: string): readonly EdgeConnection[] {
    return this.#attachments.connected(tunnelId).map(({ connection }) => connection);
  }

  /** Connectors with a connection, oldest first. */
  connectorsOf(tunnelId: string): readonly ConnectorView[] {
    return this.#grouped(this.#attachments.connected(tunnelId));
  }

  /** Connectors in the response of `/connections`: the connected ones, and for a while those that were lost. */
  listedConnectorsOf(tunnelId: string): readonly ConnectorView[] {
    return this.#grouped(this.#attachments.listed(tunnelId, this.#assumptions.disconnectedLingerMs));
  }

  /** Undefined for a tunnel that never had a connector. */
  activityOf(tunnelId: string): Activity | undefined {
    return this.#attachments.activityOf(tunnelId);
  }

  /** Closes the connections of one connector, or of all. Running connectors reconnect. */
  drop(tunnelId: string, connectorId?: string): void {
    this.#drop(tunnelId, ({ connector }) => (connectorId ?? connector.id) === connector.id);
  }

  /** Sends the configuration of a remotely managed tunnel to its connectors. */
  push(tunnel: Tunnel): void {
    for (const { connector, connection } of this.#attachments.connected(tunnel.id)) {
      this.#pushTo(tunnel, connector, connection);
    }
  }

  // Only the limit is documented. Assumption: the error and its message.
  #isFull(tunnelId: string, connectorId: string): boolean {
    const others = this.connectorsOf(tunnelId).filter(({ info }) => info.id !== connectorId);
    return others.length >= this.#assumptions.replicasPerTunnel;
  }

  #attach(tunnel: Tunnel, request: RegisterRequest, connection: EdgeConnection): RegisteredConnection {
    const { connector, connIndex } = request;
    const id = newUuid();
    const openedAt = this.#cloud.now();
    this.#attachments.add(tunnel.id, { id, connIndex, connector, connection, openedAt, leftAt: undefined });
    setImmediate(() => this.#pushNewest(tunnel.id, connector, connection)); // the connector must receive the registration reply first
    return {
      kind: 'registered',
      connectionId: id,
      isRemotelyManaged: tunnel.configSource === 'cloudflare',
      unregister: () => this.#attachments.remove(tunnel.id, (attachment) => attachment.id === id),
      lost: () => this.#attachments.markLeft(tunnel.id, id),
      reportConfiguration: (config) => this.#keepLocalConfiguration(tunnel.id, config),
    };
  }

  #drop(tunnelId: string, isDropped: (attachment: Attachment) => boolean): void {
    const dropped = this.#attachments.connected(tunnelId).filter(isDropped);
    this.#attachments.remove(tunnelId, isDropped);
    for (const { connection } of dropped) connection.drop();
  }

  #pushNewest(tunnelId: string, connector: ConnectorInfo, connection: EdgeConnection): void {
    const tunnel = this.#cloud.tunnels.get(tunnelId);
    if (tunnel !== undefined) this.#pushTo(tunnel, connector, connection);
  }

  #pushTo({ configSource, configuration }: Tunnel, { id }: ConnectorInfo, connection: EdgeConnection): void {
    if (configSource === 'local' || configuration === undefined) return;
    void this.#pushes.push(id, connection, configuration);
  }

  /** Assumption: like a change, a report increments the version, unless nothing changed. */
  #keepLocalConfiguration(tunnelId: string, config: unknown): void {
    const tunnel = this.#cloud.tunnels.get(tunnelId);
    if (tunnel?.configSource !== 'local' || isDeepStrictEqual(tunnel.configuration?.config, config)) return;
    const version = (tunnel.configuration?.version ?? 0) + 1;
    const createdAt = timestamp(this.#cloud.now());
    this.#cloud.tunnels.put({ ...tunnel, configuration: { version, config, createdAt } });
  }

  #grouped(attachments: readonly Attachment[]): ConnectorView[] {
    const byConnector = Map.groupBy(attachments, ({ connector }) => connector.id);
    return [...byConnector].flatMap(([id, connections]) => {
      const [first] = connections;
      const configVersion = this.#pushes.versionOf(id);
      return first === undefined ? [] : [{ info: first.connector, configVersion, connections }];
    });
  }
}

const NOT_FOUND = 'Unauthorized: Tunnel not found';

/** Assumption: every refusal allows a retry. After some of them, cloudflared gives up regardless. */
function refuse(cause: string): Refusal {
  return { kind: 'refused', cause, shouldRetry: true, retryAfterMs: 0 };
}

import type { Connector, ConnectorRegistry, Registration, TunnelCredentials } from '../../edge/connection.ts';
import type { Assumptions } from '../assumptions.ts';
import type { Cloud } from '../state/cloud.ts';
import { newUuid } from '../state/ids.ts';
import type { Tunnel } from '../state/model.ts';

/** A connector and its edge connections. */
export interface Attachment {
  readonly connector: Connector;
  readonly openedAt: number;
  readonly connectionIds: readonly string[];
  /** Version of the remote configuration it runs; -1 while it runs its own file. */
  configVersion: number;
  /** Set when it went away but may still be listed. */
  leftAt: number | undefined;
}

/** When a tunnel got its first and lost its last connection. */
export interface Activity {
  readonly activeSince: number | undefined;
  readonly inactiveSince: number | undefined;
}

/** Who is connected to which tunnel: the emulated edge's memory, and the source of every tunnel's status. */
export class ConnectorHub implements ConnectorRegistry {
  readonly #cloud: Cloud;
  readonly #assumptions: Assumptions;
  readonly #attachments = new Map<string, Attachment[]>();
  readonly #activity = new Map<string, Activity>();

  constructor(cloud: Cloud, assumptions: Assumptions) {
    this.#cloud = cloud;
    this.#assumptions = assumptions;
  }

  register(credentials: TunnelCredentials, connector: Connector): Registration {
    const tunnel = this.#cloud.tunnels.get(credentials.tunnelId);
    const refusedBecause = this.#refusalOf(tunnel, credentials);
    if (tunnel === undefined || refusedBecause !== undefined) {
      return { kind: 'refused', cause: refusedBecause ?? 'Unauthorized: Tunnel not found' };
    }
    const attachment = this.#attach(tunnel, connector);
    return { kind: 'registered', unregister: () => this.#detach(tunnel.id, attachment) };
  }

  connectorsOf(tunnelId: string): readonly Connector[] {
    return this.#connected(tunnelId).map((attachment) => attachment.connector);
  }

  /** What `/connections` lists: the connected, and for a while the ones that vanished. */
  attachmentsOf(tunnelId: string): readonly Attachment[] {
    const oldest = this.#cloud.now() - this.#assumptions.disconnectedLingerMs;
    return this.#all(tunnelId).filter(({ leftAt }) => leftAt === undefined || leftAt > oldest);
  }

  /** Undefined for a tunnel that never had a connector. */
  activityOf(tunnelId: string): Activity | undefined {
    return this.#activity.get(tunnelId);
  }

  /** Closes the connections of one connector, or of all. Running ones will try to come back. */
  drop(tunnelId: string, connectorId?: string): void {
    const dropped = this.#all(tunnelId).filter(({ connector }) => (connectorId ?? connector.id) === connector.id);
    const kept = this.#all(tunnelId).filter((attachment) => !dropped.includes(attachment));
    this.#attachments.set(tunnelId, kept);
    this.#noteInactivity(tunnelId);
    for (const { connector, leftAt } of dropped) if (leftAt === undefined) connector.dropped?.();
  }

  /** Sends a remotely managed tunnel's configuration to its connectors. */
  push(tunnel: Tunnel): void {
    for (const attachment of this.#connected(tunnel.id)) this.#pushTo(attachment, tunnel);
  }

  #refusalOf(tunnel: Tunnel | undefined, credentials: TunnelCredentials): string | undefined {
    const isKnown = tunnel?.deletedAt === null && tunnel.accountId === credentials.accountTag;
    if (!isKnown) return 'Unauthorized: Tunnel not found';
    if (tunnel.secret !== credentials.tunnelSecret) return 'Unauthorized: Invalid tunnel secret';
    // Assumption: the wording; only the limit is documented.
    if (this.#connected(tunnel.id).length >= this.#assumptions.replicasPerTunnel) return 'Too many connections';
    return undefined;
  }

  #attach(tunnel: Tunnel, connector: Connector): Attachment {
    const attachment: Attachment = {
      connector,
      openedAt: this.#cloud.now(),
      connectionIds: Array.from({ length: connector.connections }, newUuid),
      configVersion: -1,
      leftAt: undefined,
    };
    if (this.#connected(tunnel.id).length === 0) {
      this.#activity.set(tunnel.id, { activeSince: this.#cloud.now(), inactiveSince: undefined });
    }
    this.#attachments.set(tunnel.id, [...this.attachmentsOf(tunnel.id), attachment]);
    this.#pushTo(attachment, tunnel);
    return attachment;
  }

  #detach(tunnelId: string, attachment: Attachment): void {
    if (!this.#connected(tunnelId).includes(attachment)) return;
    attachment.leftAt = this.#cloud.now();
    this.#noteInactivity(tunnelId);
  }

  #noteInactivity(tunnelId: string): void {
    const wasActive = this.#activity.get(tunnelId)?.activeSince !== undefined;
    if (!wasActive || this.#connected(tunnelId).length > 0) return;
    this.#activity.set(tunnelId, { activeSince: undefined, inactiveSince: this.#cloud.now() });
  }

  #pushTo(attachment: Attachment, { configSource, configuration }: Tunnel): void {
    if (configSource === 'local' || configuration === undefined) return;
    const applied = attachment.connector.configure?.(configuration.version, configuration.config);
    attachment.configVersion = applied ?? attachment.configVersion;
  }

  #connected(tunnelId: string): Attachment[] {
    return this.#all(tunnelId).filter(({ leftAt }) => leftAt === undefined);
  }

  #all(tunnelId: string): Attachment[] {
    return this.#attachments.get(tunnelId) ?? [];
  }
}

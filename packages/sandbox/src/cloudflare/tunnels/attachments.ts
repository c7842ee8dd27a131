import type { ConnectorInfo } from '../../edge/rpc/registration.ts';
import type { EdgeConnection } from '../../edge/tunnel-registry.ts';
import type { Clocks } from '../state/clocks.ts';

/** A connection that serves a tunnel, or that recently served it. */
export interface Attachment {
  readonly id: string;
  readonly connIndex: number;
  readonly connector: ConnectorInfo;
  readonly connection: EdgeConnection;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  /** When the connection was lost without unregistering, on the monotonic clock. It may still be listed. */
  readonly leftAt: number | undefined;
}

/** When a tunnel got its first connection, and when it lost its last one. */
export interface Activity {
  readonly activeSince: number | undefined;
  readonly inactiveSince: number | undefined;
}

/** The connections of every tunnel, and since when it has had any or none. */
export class Attachments {
  readonly #clocks: Clocks;
  readonly #byTunnel = new Map<string, readonly Attachment[]>();
  readonly #activity = new Map<string, Activity>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Current connections, oldest first. */
  connected(tunnelId: string): readonly Attachment[] {
    return this.#all(tunnelId).filter(({ leftAt }) => leftAt === undefined);
  }

  /** Current connections, and those lost less than `lingerMs` ago. */
  listed(tunnelId: string, lingerMs: number): readonly Attachment[] {
    const oldest = this.#clocks.elapsed() - lingerMs;
    return this.#all(tunnelId).filter(({ leftAt }) => leftAt === undefined || leftAt > oldest);
  }

  /** Undefined for a tunnel that never had a connection. */
  activityOf(tunnelId: string): Activity | undefined {
    return this.#activity.get(tunnelId);
  }

  add(tunnelId: string, attachment: Attachment): void {
    this.#replace(tunnelId, [...this.#all(tunnelId), attachment]);
  }

  remove(tunnelId: string, isRemoved: (attachment: Attachment) => boolean): void {
    this.#replace(
      tunnelId,
      this.#all(tunnelId).filter((attachment) => !isRemoved(attachment)),
    );
  }

  /** Keeps listing a connection as pending reconnect. Ignores a connection that does not exist. */
  markLeft(tunnelId: string, id: string): void {
    const leftAt = this.#clocks.elapsed();
    const marked = this.#all(tunnelId).map((attachment) => {
      return attachment.id === id && attachment.leftAt === undefined ? { ...attachment, leftAt } : attachment;
    });
    this.#replace(tunnelId, marked);
  }

  #replace(tunnelId: string, attachments: readonly Attachment[]): void {
    const wasActive = this.connected(tunnelId).length > 0;
    this.#byTunnel.set(tunnelId, attachments);
    const isActive = this.connected(tunnelId).length > 0;
    if (wasActive === isActive) return;
    const [activeSince, inactiveSince] = isActive ? [this.#clocks.now(), undefined] : [undefined, this.#clocks.now()];
    this.#activity.set(tunnelId, { activeSince, inactiveSince });
  }

  #all(tunnelId: string): readonly Attachment[] {
    return this.#byTunnel.get(tunnelId) ?? [];
  }
}

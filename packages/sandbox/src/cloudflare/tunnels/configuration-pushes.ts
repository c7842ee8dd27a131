import type { EdgeConnection } from '../../edge/tunnel-registry.ts';
import type { TunnelConfiguration } from '../state/model.ts';

/** What a connector that has never been sent a configuration reports. */
const OWN_FILE = -1;

/**
 * Brings configurations to connectors: once to each process, whichever of its connections carries it, because a
 * configuration is in force for all of them.
 */
export class ConfigurationPushes {
  readonly #applied = new Map<string, number>();
  readonly #underway = new Map<string, number>();

  /** Version that a connector has said it runs; -1 while it runs its own file. */
  versionOf(connectorId: string): number {
    return this.#applied.get(connectorId) ?? OWN_FILE;
  }

  /** Sends a configuration unless the connector already runs it. A lost one is sent again on its next connection. */
  async push(connectorId: string, connection: EdgeConnection, configuration: TunnelConfiguration): Promise<void> {
    const { version, config } = configuration;
    const newest = Math.max(this.versionOf(connectorId), this.#underway.get(connectorId) ?? OWN_FILE);
    if (version <= newest) return;
    this.#underway.set(connectorId, version);
    try {
      const { lastAppliedVersion } = await connection.configure({ version, config });
      this.#applied.set(connectorId, Math.max(lastAppliedVersion, this.versionOf(connectorId)));
    } catch {
      // The connection has ended; the connector's next one gets it.
    } finally {
      if (this.#underway.get(connectorId) === version) this.#underway.delete(connectorId);
    }
  }
}

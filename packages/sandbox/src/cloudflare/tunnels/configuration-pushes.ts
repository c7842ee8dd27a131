import type { EdgeConnection } from '../../edge/tunnel-registry.ts';
import type { TunnelConfiguration } from '../state/model.ts';

/** The version that a connector reports before it receives a remote configuration. */
const OWN_FILE = -1;

/**
 * Sends configurations to connectors: once per process, on any of its connections, because a configuration applies to
 * all of them.
 */
export class ConfigurationPushes {
  readonly #applied = new Map<string, number>();
  readonly #underway = new Map<string, number>();

  /** The version that a connector reports, or -1 while it uses its own file. */
  versionOf(connectorId: string): number {
    return this.#applied.get(connectorId) ?? OWN_FILE;
  }

  /**
   * Sends a configuration unless the connector already uses it. If it is lost, it is sent again on the next connection.
   */
  async push(connectorId: string, connection: EdgeConnection, configuration: TunnelConfiguration): Promise<void> {
    const { version, config } = configuration;
    const newest = Math.max(this.versionOf(connectorId), this.#underway.get(connectorId) ?? OWN_FILE);
    if (version <= newest) return;
    this.#underway.set(connectorId, version);
    try {
      const { lastAppliedVersion } = await connection.configure({ version, config });
      this.#applied.set(connectorId, Math.max(lastAppliedVersion, this.versionOf(connectorId)));
    } catch {
      // The connection has ended; the next one of the connector retries.
    } finally {
      if (this.#underway.get(connectorId) === version) this.#underway.delete(connectorId);
    }
  }
}

import { terminationSeconds } from '../../../core/model/tunnel-settings.ts';
import { foreignAmong } from '../../../core/tunnel/foreign.ts';
import type { Rollout } from '../../../core/tunnel/rollout.ts';
import type { Access } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

/** Since when every connector has been as it should be. */
const STABLE = 'stable connectors';

interface ConnectedTunnel {
  readonly access: Access;
  readonly tunnelId: string;
  /** Absent: the connectors could not be observed. */
  readonly rollout: Rollout | undefined;
}

/** Counts the connectors on the tunnel that are not ours; while ours come and go, the last count stands. */
export async function countForeign(
  { memory, settings, driftIntervalMs, signal }: TunnelPass,
  { access, tunnelId, rollout }: ConnectedTunnel,
): Promise<number> {
  const { cloudflare, accountId } = access;
  if (rollout?.kind !== 'complete') {
    memory.waits.end(STABLE);
    return memory.foreignConnectors;
  }
  const isStable = memory.waits.startOrContinue(STABLE) >= terminationSeconds(settings.cloudflared) * 1000;
  // Takes turns with the list of tunnels: both show whether the tunnel exists, and an interval costs one call.
  if (!isStable || cloudflare.tunnelsAgeMs(accountId) < driftIntervalMs) return memory.foreignConnectors;
  const connected = await cloudflare.connectors(accountId, tunnelId, driftIntervalMs, signal);
  if (connected !== undefined) memory.foreignConnectors = foreignAmong(connected, rollout);
  return memory.foreignConnectors;
}

import { openAccess } from './access/access.ts';
import { CloudflareCalls } from './calls/calls.ts';
import type { CloudflareClient } from './calls/client.ts';
import type { RateBudget } from './calls/rate-budget.ts';
import { type RecordsByZone, openRecords } from './dns/records.ts';
import { openConfigurations } from './tunnels/configurations.ts';
import { openConnectors } from './tunnels/connectors.ts';
import { TunnelLists } from './tunnels/lists.ts';
import { openTunnels } from './tunnels/tunnels.ts';
import { openZones } from './zones/zones.ts';

export type CloudflareSession = ReturnType<typeof openSession>;

/**
 * Cloudflare with one set of API credentials. Everything that uses the same token shares what was read. Reads take the
 * age that the caller accepts, so that an unchanged world costs no calls. Failures are `OperatorError`.
 */
export function openSession(client: CloudflareClient, budget: RateBudget, recordsByZone: RecordsByZone) {
  const calls = new CloudflareCalls(client, budget);
  const lists = new TunnelLists();
  return {
    ...openZones(calls),
    ...openTunnels(calls, lists),
    ...openConnectors(calls, lists),
    ...openConfigurations(calls, lists),
    ...openRecords(calls, recordsByZone),
    ...openAccess(calls),
  };
}

import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import type { ObservedRecord } from '../../core/dns/plan.ts';
import type { ZonesView } from '../../core/preview/record-changes.ts';
import type { Zone } from '../../core/model/zone.ts';
import type { CloudflareSession } from './session.ts';
import { createCloudflareSessions } from './sessions.ts';

/** Sessions that refuse every write. */
export interface ReadOnlyCloudflare {
  open(credentials: ApiCredentials): CloudflareSession;
  close(): void;
}

const CALL_TIMEOUT_MS = 20_000;

export function openReadOnly(baseUrl: string, env: Readonly<Record<string, string | undefined>>): ReadOnlyCloudflare {
  return createCloudflareSessions(baseUrl, () => undefined, {
    assertLeading: refuseWrite,
    callTimeoutMs: CALL_TIMEOUT_MS,
    env,
  });
}

function refuseWrite(): never {
  throw new Error('the command line only reads from Cloudflare');
}

/** The records of zones that were read, by id of the zone, for all tokens: a record is the same whoever reads it. */
export type KnownZones = Map<string, readonly ObservedRecord[]>;

/** Accounts and zones come and go rarely. */
const ZONES_MAX_AGE_MS = 60_000;

/** The zones that a token sees, and every record of those that are needed: one call for each, however many records. */
export async function readZones(
  session: CloudflareSession,
  needed: (visible: readonly Zone[]) => readonly Zone[],
  known: KnownZones,
): Promise<ZonesView> {
  const { signal } = new AbortController();
  const visible = await session.zones(ZONES_MAX_AGE_MS, signal);
  const records = new Map<string, readonly ObservedRecord[]>();
  for (const zone of needed(visible)) {
    const found = known.get(zone.id) ?? (await session.allRecords(zone, signal));
    known.set(zone.id, found);
    records.set(zone.id, found);
  }
  return { visible, records };
}

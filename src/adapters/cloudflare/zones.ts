import type { Zone } from '../../core/model/zone.ts';
import { type ZoneDetails, zoneInactivity } from '../../core/dns/zone-state.ts';
import { normalName } from '../../core/model/hostname.ts';
import type { CloudflareClient } from './client.ts';
import { hasCode } from './errors.ts';
import { readPages } from './paging.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** Most that the API gives at once. */
const ZONES_PER_PAGE = 50;
const ACCOUNTS_PER_PAGE = 50;

/** Operations that one DNS batch may hold, by the zone's plan. */
const BATCH_FREE = 200;
const BATCH_PAID = 3500;

/** Zones the token sees. One that does not answer counts, too: its records are made before it goes live. */
export async function listZones(client: CloudflareClient, signal: AbortSignal): Promise<readonly Zone[]> {
  const zones = await readPages(ZONES_PER_PAGE, (page) =>
    client.zones.list({ page, per_page: ZONES_PER_PAGE }, { signal }),
  );
  return zones.map((zone) => {
    const inactive = zoneInactivity(detailsOf(zone));
    return {
      id: zone.id,
      name: normalName(zone.name),
      accountId: zone.account.id ?? '',
      batchLimit: planOf(zone).startsWith('Free') ? BATCH_FREE : BATCH_PAID,
      ...(inactive === undefined ? {} : { inactive }),
    };
  });
}

/** What is not told counts as in order. */
function detailsOf({ status, paused, type, name_servers: nameServers }: WireZone): ZoneDetails {
  return {
    status: status ?? 'active',
    isPaused: paused ?? false,
    type: type ?? 'full',
    nameServers: (nameServers ?? []).toSorted(),
  };
}

interface WireZone {
  readonly status?: string;
  readonly paused?: boolean;
  readonly type?: string;
  readonly name_servers?: readonly string[];
}

/** The plan is part of every zone; an unknown one counts as Free, whose limits hold everywhere. */
function planOf(zone: object): string {
  const name: unknown = Reflect.get(Object(Reflect.get(zone, 'plan')), 'name');
  return typeof name === 'string' ? name : 'Free';
}

export async function listAccounts(client: CloudflareClient, signal: AbortSignal): Promise<readonly Account[]> {
  try {
    const accounts = await readPages(ACCOUNTS_PER_PAGE, (page) =>
      client.accounts.list({ page, per_page: ACCOUNTS_PER_PAGE }, { signal }),
    );
    return accounts.map(({ id, name }) => ({ id, name }));
  } catch (error) {
    // 1001: this endpoint is closed to account-owned tokens.
    if (hasCode(error, 1001)) return [];
    throw error;
  }
}

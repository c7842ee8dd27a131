import { type ZoneDetails, zoneInactivity } from '../../../core/dns/zone-state.ts';
import { normalName } from '../../../core/model/hostname.ts';
import type { Zone } from '../../../core/model/zone.ts';
import { CachedList } from '../cached-list/cached-list.ts';
import type { CloudflareCalls } from '../calls/calls.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasCode } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
}

export type Zones = ReturnType<typeof openZones>;

/** Largest pages that the API gives. */
const ZONES_PER_PAGE = 50;
const ACCOUNTS_PER_PAGE = 50;

/** Operations that one DNS batch may hold, by the zone's plan. */
const BATCH_FREE = 200;
const BATCH_PAID = 3500;

export function openZones(calls: CloudflareCalls) {
  const zones = new CachedList<readonly Zone[]>();
  const accounts = new CachedList<readonly Account[]>();
  return {
    /** Zones that the token sees. A zone that is not active counts too: its records exist before it goes live. */
    zones: (maxAgeMs: number, signal: AbortSignal): Promise<readonly Zone[]> =>
      calls.cached(zones, maxAgeMs, {
        doing: 'list the zones',
        permission: 'Zone Read',
        send: (client) => listZones(client, signal),
      }),
    /** Accounts that the token sees; none for an account-owned token, which may not list them. */
    accounts: (maxAgeMs: number, signal: AbortSignal): Promise<readonly Account[]> =>
      calls.cached(accounts, maxAgeMs, {
        doing: 'list the accounts',
        permission: 'Account Settings Read',
        send: (client) => listAccounts(client, signal),
      }),
  };
}

async function listZones(client: CloudflareClient, signal: AbortSignal): Promise<readonly Zone[]> {
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

/** A missing field counts as its normal value. */
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

/** An unknown plan counts as Free, whose limits every plan meets. */
function planOf(zone: object): string {
  const name: unknown = Reflect.get(Object(Reflect.get(zone, 'plan')), 'name');
  return typeof name === 'string' ? name : 'Free';
}

async function listAccounts(client: CloudflareClient, signal: AbortSignal): Promise<readonly Account[]> {
  try {
    const accounts = await readPages(ACCOUNTS_PER_PAGE, (page) =>
      client.accounts.list({ page, per_page: ACCOUNTS_PER_PAGE }, { signal }),
    );
    return accounts.map(({ id, name }) => ({ id, name }));
  } catch (error) {
    // 1001: account-owned tokens may not use this endpoint.
    if (hasCode(error, 1001)) return [];
    throw error;
  }
}

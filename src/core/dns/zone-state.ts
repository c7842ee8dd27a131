/** Detects zones that do not serve public DNS, so that a record in them does not resolve. */
import type { Hostname } from '../model/hostname.ts';
import { listed } from '../quote.ts';
import type { Problem } from '../model/route.ts';
import { type Zone, type ZoneInactivity, zoneOf } from '../model/zone.ts';

/** The state of a zone, as Cloudflare reports it. */
export interface ZoneDetails {
  readonly status: string;
  readonly isPaused: boolean;
  /** `full`, or a setup in which other name servers answer. */
  readonly type: string;
  /** The name servers that Cloudflare has assigned to the zone. */
  readonly nameServers: readonly string[];
}

/** `undefined`: the zone serves public DNS. */
export function zoneInactivity({ status, isPaused, type, nameServers }: ZoneDetails): ZoneInactivity | undefined {
  if (type === 'partial') return PARTIAL;
  if (type === 'secondary') return SECONDARY;
  if (status !== 'active') return { state: `is ${status}`, remedy: remedyFor(status, nameServers) };
  return isPaused ? PAUSED : undefined;
}

export function zoneProblem(hostname: Hostname, zones: readonly Zone[], isLocal = false): Problem | undefined {
  const zone = zoneOf(hostname, zones);
  if (zone?.inactive === undefined) return undefined;
  const { state, remedy, suffix } = zone.inactive;
  const effect = isLocal ? 'does not resolve' : 'does not reach the tunnel';
  const record = suffix === undefined || isLocal ? '' : `: ${hostname} CNAME ${hostname}.${suffix}`;
  const message = `Zone ${zone.name} ${state}, so ${hostname} ${effect}. ${remedy}${record}`;
  return { reason: 'ZoneInactive', message };
}

const PAUSED: ZoneInactivity = {
  state: 'is paused at Cloudflare',
  remedy: 'Enable it in the Cloudflare dashboard (Overview, Advanced Actions)',
};

const PARTIAL: ZoneInactivity = {
  state: 'has a partial (CNAME) setup and is served by another DNS provider',
  remedy: 'Convert it to a full setup, or add the record at that provider yourself',
  suffix: 'cdn.cloudflare.net',
};

const SECONDARY: ZoneInactivity = {
  state: 'is a secondary zone and gets its records from another DNS provider',
  remedy: 'Convert it to a full setup, or choose a hostname in another zone',
};

/** A zone that is pending or has moved away becomes active once its name servers are set. */
function remedyFor(status: string, nameServers: readonly string[]): string {
  if (!['pending', 'initializing', 'moved'].includes(status))
    return 'Activate it in the Cloudflare dashboard, or add it again';
  const servers = nameServers.length === 0 ? 'those that Cloudflare has assigned to it' : listed(nameServers);
  return `Set its name servers at the registrar to ${servers}`;
}

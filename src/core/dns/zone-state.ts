/** Decides what is wrong with a hostname whose zone does not answer in public, although its record can be made. */
import type { Hostname } from '../model/hostname.ts';
import { listed } from '../quote.ts';
import type { Problem } from '../model/route.ts';
import { type Zone, type ZoneInactivity, zoneOf } from '../model/zone.ts';

/** What Cloudflare says of a zone. */
export interface ZoneDetails {
  readonly status: string;
  readonly isPaused: boolean;
  /** `full`, or a set-up in which name servers of somebody else answer. */
  readonly type: string;
  /** Those that Cloudflare has assigned to the zone. */
  readonly nameServers: readonly string[];
}

/** `undefined`: the zone answers. */
export function zoneInactivity({ status, isPaused, type, nameServers }: ZoneDetails): ZoneInactivity | undefined {
  if (type === 'partial') return PARTIAL;
  if (type === 'secondary') return SECONDARY;
  if (status !== 'active') return { state: `is ${status}`, remedy: remedyFor(status, nameServers) };
  return isPaused ? PAUSED : undefined;
}

export function zoneProblem(hostname: Hostname, zones: readonly Zone[]): Problem | undefined {
  const zone = zoneOf(hostname, zones);
  if (zone?.inactive === undefined) return undefined;
  const { state, remedy, suffix } = zone.inactive;
  const record = suffix === undefined ? '' : `: ${hostname} CNAME ${hostname}.${suffix}`;
  const alone = suffix === undefined ? '' : ' by itself';
  const message = `Zone ${zone.name} ${state}, so ${hostname} does not lead visitors to the tunnel${alone}. ${remedy}${record}`;
  return { reason: 'ZoneInactive', message };
}

const PAUSED: ZoneInactivity = {
  state: 'is paused at Cloudflare',
  remedy: 'Enable it in the Cloudflare dashboard (Overview, Advanced Actions)',
};

const PARTIAL: ZoneInactivity = {
  state: 'has a partial (CNAME) setup, in which another DNS provider answers',
  remedy: 'Convert it to a full setup, or add the record at that provider yourself',
  suffix: 'cdn.cloudflare.net',
};

const SECONDARY: ZoneInactivity = {
  state: 'is a secondary zone, whose records come from another DNS provider',
  remedy: 'Convert it to a full setup, or choose a hostname in another zone',
};

/** A zone that waits for its name servers, or has lost them, answers once they are set. */
function remedyFor(status: string, nameServers: readonly string[]): string {
  if (!['pending', 'initializing', 'moved'].includes(status))
    return 'Activate it in the Cloudflare dashboard, or add it again';
  const servers = nameServers.length === 0 ? 'the ones that Cloudflare has assigned to it' : listed(nameServers);
  return `Set its name servers at the registrar to ${servers}`;
}

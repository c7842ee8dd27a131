import type { Tunnel } from '../../api/objects.ts';
import { clusterMark, tunnelMark } from '../../core/dns/mark.ts';
import type { DnsRules, ObservedRecord } from '../../core/dns/plan.ts';
import { type TunnelHostnames, type ZonedHostnames, groupByZone } from '../../core/dns/records.ts';
import { type Zone, writableZones, zoneOf } from '../../core/dns/zone.ts';
import type { Hostname } from '../../core/hostname.ts';
import { keyOf } from '../../core/keys.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { maxAgeMs } from './access.ts';
import type { Access, TunnelContext } from './context.ts';

/** What is known of the records of a Tunnel's hostnames. */
export interface RecordView {
  readonly zoned: ZonedHostnames;
  readonly writable: readonly Zone[];
  /** A zone that could not be read is absent. */
  readonly records: ReadonlyMap<Zone, readonly ObservedRecord[]>;
}

/** Runs the work of one zone: what fails there must not hold up the others. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** Reads the zones that hold any of the hostnames: no call while what is known is fresh. */
export async function observeRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  hostnames: TunnelHostnames,
  pass: Pass,
  attempt: Attempt,
): Promise<RecordView> {
  const age = maxAgeMs(ctx, pass);
  const zones = await access.cloudflare.zones(age, pass.signal);
  const writable = writableZones(zones, tunnel.spec.dns?.zones);
  const zoned = groupByZone(hostnames, writable);
  const records = new Map<Zone, readonly ObservedRecord[]>();
  for (const { zone } of zoned.zones) {
    const found = await attempt(() => access.cloudflare.records(zone, clusterMark(ctx.cluster), age, pass.signal));
    if (found !== undefined) records.set(zone, found);
  }
  return { zoned, writable, records };
}

/**
 * Whether a published name may still resolve to this Tunnel; unknown counts as yes. A record of ours at a name that
 * nobody wants is deleted by this very pass, and its rule by the next.
 */
export function recordRemains(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
): (hostname: Hostname) => boolean {
  const { dnsMode } = settingsOf(tunnel);
  if (dnsMode !== 'Sync') return () => false;
  if (view === undefined) return () => true;
  const mark = markOf(ctx, tunnel);
  const seen = [...view.records.values()].flat();
  const names = new Set<string>(seen.filter((record) => record.comment === mark).map((record) => record.name));
  return (hostname) => names.has(hostname) || isUnread(hostname, view);
}

function isUnread(hostname: Hostname, { writable, records }: RecordView): boolean {
  const zone = zoneOf(hostname, writable);
  return zone !== undefined && !records.has(zone);
}

export function markOf(ctx: TunnelContext, tunnel: Tunnel): string {
  return tunnelMark(ctx.cluster, keyOf(tunnel), ctx.hash);
}

export function dnsRules(ctx: TunnelContext, tunnel: Tunnel): DnsRules {
  const { dnsMode, onConflict } = settingsOf(tunnel);
  const { claims } = ctx.routing();
  const key = keyOf(tunnel);
  return {
    clusterMark: clusterMark(ctx.cluster),
    mark: markOf(ctx, tunnel),
    mode: dnsMode === 'UpsertOnly' ? 'UpsertOnly' : 'Sync',
    onConflict,
    claimedElsewhere: (name) => (claims.get(name as Hostname) ?? key) !== key,
  };
}

import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { type Claims, claimsOfMovers, respectedClaims, namesHandedOver } from '../../core/dns/handover.ts';
import { clusterMark, tunnelMark } from '../../core/dns/mark.ts';
import type { DnsRules, ObservedRecord } from '../../core/dns/plan.ts';
import { isManaged } from '../../core/dns/policy.ts';
import { type TunnelHostnames, groupByZone } from '../../core/dns/records.ts';
import { type RecordView, mayBeForgotten } from '../../core/dns/record-presence.ts';
import { dnsRulesOf } from '../../core/dns/rules.ts';
import { recordedHostnames } from '../../core/dns/unrecorded.ts';
import { type Zone, writableZones } from '../../core/model/zone.ts';
import type { Hostname } from '../../core/model/hostname.ts';
import { keyOf } from '../../core/keys.ts';
import type { Route } from '../../core/model/route.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { maxAgeMs, zonesMaxAgeMs } from './access.ts';
import { publishedRoutesOrUnknown } from './config.ts';
import type { Access, TunnelContext } from './context.ts';
import { waitOf } from './waits.ts';

/** The hostnames whose records are ours to make, and those at which there may be one. */
export function managedHostnames(ctx: TunnelContext, tunnel: Tunnel, wanted: readonly Route[]): TunnelHostnames {
  const { dnsMode } = settingsOf(tunnel);
  const published = publishedRoutesOrUnknown(ctx, tunnel);
  const unknown = isRidOfRecords(tunnel) ? [] : 'unknown';
  return {
    wanted: namesOf(wanted.filter((route) => isManaged(route, dnsMode))),
    published: published === 'unknown' ? unknown : recordedHostnames(published),
  };
}

/** The condition says it only once every record has been removed; it is believed where the ConfigMap has gone. */
function isRidOfRecords(tunnel: Tunnel): boolean {
  const isSaid = tunnel.status?.conditions?.some(({ type, reason }) => type === 'DNSReady' && reason === 'DNSDisabled');
  return settingsOf(tunnel).dnsMode === 'Disabled' && isSaid === true;
}

/** Several routes may share a hostname, and so its record. */
function namesOf(routes: readonly Route[]): readonly Hostname[] {
  return [...new Set(routes.map(({ hostname }) => hostname))];
}

/** Runs the work of one zone: what fails there must not hold up the others. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** A zone in which nothing of ours is known to be, and which the token may not look into, holds nothing up. */
export const unlessForbidden: Attempt = (work) =>
  work().catch((error: unknown) => {
    if (error instanceof OperatorError && error.reason === 'PermissionMissing') return undefined;
    throw error;
  });

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
  const zones = await access.cloudflare.zones(zonesMaxAgeMs(ctx, pass), pass.signal);
  const writable = writableZones(zones, tunnel.spec.dns?.zones);
  const zoned = groupByZone(hostnames, { visible: zones, writable });
  const records = new Map<Zone, readonly ObservedRecord[]>();
  for (const { zone, isOptional = false } of zoned.zones) {
    const read = () => access.cloudflare.records(zone, clusterMark(ctx.cluster), age, pass.signal);
    const found = await attempt(async () => (isOptional ? ((await unlessForbidden(read)) ?? []) : read()));
    if (found !== undefined) records.set(zone, found);
  }
  const uncertain = new Set([...records.keys()].filter((zone) => !access.cloudflare.hasAllRecords(zone)));
  return { zoned, visible: zones, writable, records, uncertain };
}

/** Records that nobody knows any more, since the ConfigMap that names them has gone. */
export function hasForgotten(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
  failures: readonly OperatorError[],
): boolean {
  if (publishedRoutesOrUnknown(ctx, tunnel) !== 'unknown') return false;
  if (settingsOf(tunnel).dnsMode === 'UpsertOnly' || isRidOfRecords(tunnel)) return false;
  return mayBeForgotten(view, markOf(ctx, tunnel), failures);
}

export function markOf(ctx: TunnelContext, tunnel: Tunnel): string {
  return tunnelMark(ctx.cluster, keyOf(tunnel), ctx.hash);
}

function claimsFor(ctx: TunnelContext, tunnel: Tunnel): Claims {
  const isLeaving = tunnel.metadata.deletionTimestamp !== undefined;
  const claims = claimsOfMovers(ctx.routing().claims, (claimant, hostname) => movesRecord(ctx, claimant, hostname));
  return respectedClaims(claims, isLeaving ? ctx.waits.startOrContinue(waitOf(keyOf(tunnel), 'handover')) : 0);
}

/** Whether a Tunnel makes a record at a hostname that it claims; unknown counts as yes. */
function movesRecord(ctx: TunnelContext, claimant: ObjectKey, hostname: Hostname): boolean {
  const tunnel = ctx.tunnels.get(claimant);
  const { published } = ctx.routing();
  const route = published.get(claimant)?.find((one) => one.hostname === hostname);
  return tunnel === undefined || route === undefined || isManaged(route, settingsOf(tunnel).dnsMode);
}

/** Names whose records are left for the Tunnels that claim them. */
export function handedOver(ctx: TunnelContext, tunnel: Tunnel, view: RecordView): readonly string[] {
  const owner = { tunnel: keyOf(tunnel), mark: markOf(ctx, tunnel), claims: claimsFor(ctx, tunnel) };
  return namesHandedOver([...view.records.values()].flat(), owner);
}

export function dnsRules(ctx: TunnelContext, tunnel: Tunnel, zone: Zone): DnsRules {
  const owner = {
    tunnel: keyOf(tunnel),
    clusterMark: clusterMark(ctx.cluster),
    mark: markOf(ctx, tunnel),
    settings: settingsOf(tunnel),
    claims: claimsFor(ctx, tunnel),
  };
  return dnsRulesOf(owner, zone.name);
}

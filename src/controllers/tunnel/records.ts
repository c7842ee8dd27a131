import type { Tunnel } from '../../api/objects.ts';
import { clusterMark, tunnelMark } from '../../core/dns/mark.ts';
import { type DnsChange, type DnsPlan, type DnsRules, type ObservedRecord, planDns } from '../../core/dns/plan.ts';
import {
  type TunnelHostnames,
  type ZonedHostnames,
  type ZoneWork,
  changesForNow,
  groupByZone,
  homelessProblem,
} from '../../core/dns/records.ts';
import { type Zone, writableZones } from '../../core/dns/zone.ts';
import type { Hostname } from '../../core/hostname.ts';
import { keyOf } from '../../core/keys.ts';
import type { Problem } from '../../core/routes/route.ts';
import { targetOf } from '../../core/status/tunnel.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { type Access, maxAgeMs } from './access.ts';
import type { TunnelContext } from './context.ts';

/** What is known of the records of a Tunnel's hostnames. */
export interface RecordView {
  readonly zoned: ZonedHostnames;
  readonly writable: readonly Zone[];
  readonly records: ReadonlyMap<Zone, readonly ObservedRecord[]>;
}

/** Reads the zones that hold any of the hostnames: no call while what is known is fresh. */
export async function observeRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  hostnames: TunnelHostnames,
  pass: Pass,
): Promise<RecordView> {
  const age = maxAgeMs(ctx, pass);
  const zones = await access.cloudflare.zones(age, pass.signal);
  const writable = writableZones(zones, tunnel.spec.dns?.zones);
  const zoned = groupByZone(hostnames, writable);
  const records = new Map<Zone, readonly ObservedRecord[]>();
  for (const { zone } of zoned.zones)
    records.set(zone, await access.cloudflare.records(zone, clusterMark(ctx.cluster), age, pass.signal));
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
  const ours = [...view.records.values()].flat().filter((record) => record.comment === mark);
  const names = new Set<string>(ours.map((record) => record.name));
  return (hostname) => names.has(hostname);
}

export interface SyncedRecords {
  /** Hostnames whose record is as wanted. */
  readonly inPlace: ReadonlySet<Hostname>;
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** Some changes wait for the connectors. */
  readonly isPending: boolean;
  /** Records were deleted: the rules kept for them can go. */
  readonly hasRetired: boolean;
}

/** What the connectors serve, as far as it decides which records may be made. */
export interface Serving {
  readonly tunnelId: string;
  readonly isServed: (name: string) => boolean;
  readonly isRolling: boolean;
}

interface SyncJob {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access;
  readonly serving: Serving;
  readonly pass: Pass;
}

/** Brings the records to the hostnames: one batch per zone that needs any change. */
export async function syncRecords(job: SyncJob, view: RecordView): Promise<SyncedRecords> {
  const refused = new Map(view.zoned.homeless.map((name) => [name, homelessProblem(name, view.writable)]));
  const inPlace = new Set<Hostname>();
  let [isPending, hasRetired] = [false, false];
  for (const work of view.zoned.zones) {
    const result = await syncZone(job, work, view.records.get(work.zone) ?? []);
    const waiting = new Set(result.later);
    for (const { name, message } of result.plan.refusals)
      refused.set(name as Hostname, { reason: 'RecordConflict', message });
    for (const name of work.hostnames) if (!waiting.has(name) && !refused.has(name)) inPlace.add(name);
    isPending ||= result.later.length > 0;
    hasRetired ||= result.hasRetired;
  }
  return { inPlace, refused, isPending, hasRetired };
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

interface ZoneResult {
  readonly plan: DnsPlan;
  /** Names whose change waits for the connectors. */
  readonly later: readonly string[];
  readonly hasRetired: boolean;
}

/**
 * Plans one zone and writes the plan. A clash with a record that was not known of is met by reading the whole zone
 * once; a second clash means that somebody is writing at the same time.
 */
async function syncZone(job: SyncJob, work: ZoneWork, observed: readonly ObservedRecord[]): Promise<ZoneResult> {
  const { cloudflare } = job.access;
  const first = planZone(job, work, observed);
  if (await isWritten(job, work.zone, first)) return first.result;
  const second = planZone(job, work, await cloudflare.allRecords(work.zone, job.pass.signal));
  if (await isWritten(job, work.zone, second)) return second.result;
  throw new OperatorError(
    'CloudflareRefused',
    'retry',
    `Records of zone ${work.zone.name} change while they are written`,
  );
}

interface PlannedZone {
  readonly now: readonly DnsChange[];
  readonly result: ZoneResult;
}

function planZone({ ctx, tunnel, serving }: SyncJob, work: ZoneWork, observed: readonly ObservedRecord[]): PlannedZone {
  const { proxied } = settingsOf(tunnel);
  const comment = markOf(ctx, tunnel);
  const content = targetOf(serving.tunnelId);
  const desired = work.hostnames.map((name) => ({ name, content, proxied, comment }));
  const plan = planDns(desired, observed, dnsRules(ctx, tunnel));
  const { now, later } = changesForNow(plan.changes, serving.isServed, serving.isRolling);
  const hasRetired = now.some(({ kind }) => kind === 'delete');
  return { now, result: { plan, later: later.map(({ name }) => name), hasRetired } };
}

async function isWritten({ access, pass }: SyncJob, zone: Zone, { now }: PlannedZone): Promise<boolean> {
  return now.length === 0 || (await access.cloudflare.writeRecords(zone, now, pass.signal)) === 'written';
}

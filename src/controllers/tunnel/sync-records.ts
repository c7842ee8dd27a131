import { CONFIRM_DELETE_ANNOTATION, FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { clusterMark } from '../../core/dns/mark.ts';
import { type DnsChange, type DnsPlan, type ObservedRecord, planDns } from '../../core/dns/plan.ts';
import { recordRemarks } from '../../core/dns/remarks.ts';
import { type ZoneWork, changesForNow, homelessProblem } from '../../core/dns/records.ts';
import type { RecordView } from '../../core/dns/remains.ts';
import { fitPlan } from '../../core/dns/room.ts';
import { type RefusedDeletes, explainedBy, refuseMassDelete } from '../../core/dns/safety.ts';
import type { Zone } from '../../core/dns/zone.ts';
import type { Hostname } from '../../core/hostname.ts';
import type { Problem, Remark } from '../../core/routes/route.ts';
import { targetOf } from '../../core/status/tunnel.ts';
import { keyOf } from '../../core/keys.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { tellRecords } from './changes.ts';
import { publishedRoutes } from './config.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Attempt, dnsRules, markOf } from './records.ts';

/** What the connectors serve, as far as it decides which records may be made. */
export interface Serving {
  readonly tunnelId: string;
  /** A name without any is not to resolve. */
  readonly hasRule: (name: string) => boolean;
  readonly isServed: (name: string) => boolean;
  readonly isRolling: boolean;
}

export interface SyncJob {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access;
  readonly serving: Serving;
  readonly pass: Pass;
  readonly attempt: Attempt;
}

export interface SyncedRecords {
  /** Hostnames whose record is as wanted. */
  readonly inPlace: ReadonlySet<Hostname>;
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** What a person should know of hostnames whose record is made all the same. */
  readonly remarks: ReadonlyMap<Hostname, readonly Remark[]>;
  /** Deletions that wait for a person's word. */
  readonly refusedDeletes: RefusedDeletes | undefined;
  /** Some changes wait for the connectors. */
  readonly isPending: boolean;
  /** Records were deleted: the rules kept for them can go. */
  readonly hasRetired: boolean;
  /** Names whose record was changed: some may have come from another Tunnel. */
  readonly moved: readonly string[];
  /** False: a zone could not be read or written, so some hostnames are in an unknown state. */
  readonly isComplete: boolean;
}

/** Brings the records to the hostnames: one batch per zone that needs any change. */
export async function syncRecords(job: SyncJob, view: RecordView): Promise<SyncedRecords> {
  const refused = new Map(view.zoned.homeless.map((name) => [name, homelessProblem(name, view.writable)]));
  const plans = planZones(job, view);
  const refusedDeletes = guardDeletes(job, view, plans);
  const inPlace = new Set<Hostname>();
  const moved: string[] = [];
  let [isPending, hasRetired, isComplete] = [false, false, plans.length === view.zoned.zones.length];
  for (const { work, plan } of plans) {
    const result = await job.attempt(() => syncZone(job, work, plan, refusedDeletes?.names ?? new Set()));
    isComplete &&= result !== undefined;
    for (const { name, message } of result?.refusals ?? [])
      refused.set(name as Hostname, { reason: 'RecordConflict', message });
    if (result === undefined) continue;
    for (const name of work.hostnames.filter(job.serving.hasRule))
      if (!result.later.has(name) && !refused.has(name)) inPlace.add(name);
    isPending ||= result.later.size > 0;
    hasRetired ||= result.hasRetired;
    moved.push(...result.moved);
  }
  return {
    inPlace,
    refused,
    remarks: remarksOn(job.tunnel, view),
    refusedDeletes,
    isPending,
    hasRetired,
    moved,
    isComplete,
  };
}

/** Most names need none: those are not in the map. */
function remarksOn(tunnel: Tunnel, { zoned, writable }: RecordView): ReadonlyMap<Hostname, readonly Remark[]> {
  const { proxied } = settingsOf(tunnel);
  const names = zoned.zones.flatMap(({ hostnames }) => hostnames);
  return new Map(
    names.map((name) => [name, recordRemarks(name, writable, proxied)] as const).filter(([, list]) => list.length > 0),
  );
}

interface PlannedZone {
  readonly work: ZoneWork;
  readonly plan: DnsPlan;
}

/** The whole pass, before anything of it is written; a zone that could not be read has no plan. */
function planZones(job: SyncJob, view: RecordView): readonly PlannedZone[] {
  return view.zoned.zones.flatMap((work) => {
    const observed = view.records.get(work.zone);
    return observed === undefined ? [] : [{ work, plan: planZone(job, work, observed) }];
  });
}

function planZone({ ctx, tunnel, serving }: SyncJob, work: ZoneWork, observed: readonly ObservedRecord[]): DnsPlan {
  const { proxied } = settingsOf(tunnel);
  const comment = markOf(ctx, tunnel);
  const content = targetOf(serving.tunnelId);
  const desired = work.hostnames.filter(serving.hasRule).map((name) => ({ name, content, proxied, comment }));
  return planDns(desired, observed, dnsRules(ctx, tunnel));
}

/** Looks at the whole pass before anything is written; a Tunnel that is being deleted explains all of it. */
function guardDeletes(
  { ctx, tunnel }: SyncJob,
  view: RecordView,
  plans: readonly PlannedZone[],
): RefusedDeletes | undefined {
  if (tunnel.metadata.deletionTimestamp !== undefined) return undefined;
  const mark = markOf(ctx, tunnel);
  const isSeen = (service: ObjectKey): boolean =>
    ctx.services.get(service)?.metadata.finalizers?.includes(FINALIZER) === true;
  return refuseMassDelete(
    plans.flatMap(({ plan }) => plan.changes),
    {
      ours: [...view.records.values()].flat().filter((record) => record.comment === mark).length,
      isExplained: explainedBy(publishedRoutes(ctx, tunnel), isSeen),
      confirmed: tunnel.metadata.annotations?.[CONFIRM_DELETE_ANNOTATION],
      hash: ctx.hash,
    },
  );
}

interface ZoneResult {
  readonly refusals: DnsPlan['refusals'];
  /** Names whose change waits for the connectors. */
  readonly later: ReadonlySet<string>;
  readonly hasRetired: boolean;
  readonly moved: readonly string[];
}

/**
 * Writes the plan of one zone. A batch that was refused, because of a record that was not known of or because the zone
 * is full, costs two more calls: one to see what stands in the way, one to send what can go through. A second refusal
 * means that somebody writes at the same time. `kept`: names whose deletion was refused.
 */
async function syncZone(job: SyncJob, work: ZoneWork, plan: DnsPlan, kept: ReadonlySet<string>): Promise<ZoneResult> {
  const first = await write(job, work.zone, plan, kept);
  if (typeof first !== 'string') return first;
  const second = await write(job, work.zone, await planAround(job, work, first), kept);
  if (typeof second !== 'string') return second;
  const message = `Records of zone ${work.zone.name} change while they are written`;
  throw new OperatorError('CloudflareRefused', 'retry', message);
}

/** A new plan, made with what the refusal calls for: every record of the zone, or the room that is left in it. */
async function planAround(job: SyncJob, work: ZoneWork, refusal: 'clash' | 'full'): Promise<DnsPlan> {
  const { cloudflare } = job.access;
  const { signal } = job.pass;
  if (refusal === 'clash') return planZone(job, work, await cloudflare.allRecords(work.zone, signal));
  const known = await cloudflare.records(work.zone, clusterMark(job.ctx.cluster), Number.POSITIVE_INFINITY, signal);
  return fitPlan(planZone(job, work, known), work.zone.name, await cloudflare.roomFor(work.zone, signal));
}

/** Sends what may be sent now; a string says why the batch was refused. */
async function write(
  { ctx, tunnel, access, serving, pass }: SyncJob,
  zone: Zone,
  { changes, refusals }: DnsPlan,
  kept: ReadonlySet<string>,
): Promise<ZoneResult | 'clash' | 'full'> {
  const allowed = changes.filter((change) => change.kind !== 'delete' || !kept.has(change.name));
  const { now, later } = changesForNow(allowed, serving.isServed, serving.isRolling);
  const outcome = now.length === 0 ? 'written' : await access.cloudflare.writeRecords(zone, now, pass.signal);
  if (outcome !== 'written') return outcome;
  tellRecords(ctx, tunnel, zone, now, pass.signal);
  for (const { kind, name } of now)
    if (kind !== 'delete' && ctx.wasRecorded(keyOf(tunnel), name)) ctx.driftRepaired('record');
  const namesOf = (kind: DnsChange['kind']): readonly string[] =>
    now.filter((change) => change.kind === kind).map(({ name }) => name);
  return {
    refusals,
    later: new Set(later.map(({ name }) => name)),
    hasRetired: namesOf('delete').length > 0,
    moved: namesOf('update'),
  };
}

import { CONFIRM_DELETE_ANNOTATION, FINALIZER } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { type DnsChange, type DnsPlan, type ObservedRecord, planDns } from '../../core/dns/plan.ts';
import { type ZoneWork, changesForNow, homelessProblem } from '../../core/dns/records.ts';
import { type RefusedDeletes, refuseMassDelete } from '../../core/dns/safety.ts';
import type { Zone } from '../../core/dns/zone.ts';
import type { Hostname } from '../../core/hostname.ts';
import type { Problem } from '../../core/routes/route.ts';
import { targetOf } from '../../core/status/tunnel.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { publishedRoutes } from './config.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Attempt, type RecordView, dnsRules, markOf } from './records.ts';

/** What the connectors serve, as far as it decides which records may be made. */
export interface Serving {
  readonly tunnelId: string;
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
  const refusedDeletes = guardDeletes(job, view);
  const inPlace = new Set<Hostname>();
  const moved: string[] = [];
  let [isPending, hasRetired, isComplete] = [false, false, true];
  for (const work of view.zoned.zones) {
    const observed = view.records.get(work.zone);
    const result = observed && (await job.attempt(() => syncZone(job, work, observed, refusedDeletes?.names)));
    isComplete &&= result !== undefined;
    if (result === undefined) continue;
    for (const { name, message } of result.plan.refusals)
      refused.set(name as Hostname, { reason: 'RecordConflict', message });
    for (const name of work.hostnames) if (!result.later.has(name) && !refused.has(name)) inPlace.add(name);
    isPending ||= result.later.size > 0;
    hasRetired ||= result.hasRetired;
    moved.push(...result.moved);
  }
  return { inPlace, refused, refusedDeletes, isPending, hasRetired, moved, isComplete };
}

/**
 * Looks at the whole pass before anything is written. A deletion is explained by a Service that is there to be seen and
 * no longer asks for the name; a Tunnel that is being deleted explains all of them.
 */
function guardDeletes(job: SyncJob, view: RecordView): RefusedDeletes | undefined {
  const { ctx, tunnel } = job;
  if (tunnel.metadata.deletionTimestamp !== undefined) return undefined;
  const mark = markOf(ctx, tunnel);
  const sources = new Map(publishedRoutes(ctx, tunnel).map(({ hostname, source }) => [String(hostname), source]));
  const changes = view.zoned.zones.flatMap(
    (work) => planZone(job, work, view.records.get(work.zone) ?? []).plan.changes,
  );
  return refuseMassDelete(changes, {
    ours: [...view.records.values()].flat().filter((record) => record.comment === mark).length,
    isExplained: (name) => ctx.services.get(sources.get(name) ?? '')?.metadata.finalizers?.includes(FINALIZER) === true,
    confirmed: tunnel.metadata.annotations?.[CONFIRM_DELETE_ANNOTATION],
    hash: ctx.hash,
  });
}

interface ZoneResult {
  readonly plan: DnsPlan;
  /** Names whose change waits for the connectors. */
  readonly later: ReadonlySet<string>;
  readonly hasRetired: boolean;
  readonly moved: readonly string[];
}

/**
 * Plans one zone and writes the plan. A clash with a record that was not known of is met by reading the whole zone
 * once; a second clash means that somebody is writing at the same time.
 */
async function syncZone(
  job: SyncJob,
  work: ZoneWork,
  observed: readonly ObservedRecord[],
  kept: ReadonlySet<string> = new Set(),
): Promise<ZoneResult> {
  const { cloudflare } = job.access;
  const first = planZone(job, work, observed, kept);
  if (await isWritten(job, work.zone, first)) return first;
  const second = planZone(job, work, await cloudflare.allRecords(work.zone, job.pass.signal), kept);
  if (await isWritten(job, work.zone, second)) return second;
  throw new OperatorError(
    'CloudflareRefused',
    'retry',
    `Records of zone ${work.zone.name} change while they are written`,
  );
}

interface PlannedZone extends ZoneResult {
  readonly now: readonly DnsChange[];
}

/** `kept`: names whose deletion was refused. */
function planZone(
  { ctx, tunnel, serving }: SyncJob,
  work: ZoneWork,
  observed: readonly ObservedRecord[],
  kept: ReadonlySet<string> = new Set(),
): PlannedZone {
  const { proxied } = settingsOf(tunnel);
  const comment = markOf(ctx, tunnel);
  const content = targetOf(serving.tunnelId);
  const desired = work.hostnames.map((name) => ({ name, content, proxied, comment }));
  const plan = planDns(desired, observed, dnsRules(ctx, tunnel));
  const allowed = plan.changes.filter((change) => change.kind !== 'delete' || !kept.has(change.name));
  const { now, later } = changesForNow(allowed, serving.isServed, serving.isRolling);
  const namesOf = (kind: DnsChange['kind']): readonly string[] =>
    now.filter((change) => change.kind === kind).map(({ name }) => name);
  return {
    plan,
    now,
    later: new Set(later.map(({ name }) => name)),
    hasRetired: namesOf('delete').length > 0,
    moved: namesOf('update'),
  };
}

async function isWritten({ access, pass }: SyncJob, zone: Zone, { now }: PlannedZone): Promise<boolean> {
  return now.length === 0 || (await access.cloudflare.writeRecords(zone, now, pass.signal)) === 'written';
}

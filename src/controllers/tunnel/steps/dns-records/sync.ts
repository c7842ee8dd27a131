import { CONFIRM_DELETE_ANNOTATION, FINALIZER } from '../../../../api/names.ts';
import type { ObjectKey } from '../../../../api/objects.ts';
import { recordWarnings } from '../../../../core/dns/record-warnings.ts';
import { noZoneProblem } from '../../../../core/dns/records.ts';
import type { RecordView } from '../../../../core/dns/record-presence.ts';
import { type RefusedDeletes, explainedBy, explainedBySpec, refuseMassDelete } from '../../../../core/dns/safety.ts';
import type { RecordsResult } from '../../../../core/status/records-report.ts';
import { zoneProblem } from '../../../../core/dns/zone-state.ts';
import type { Hostname } from '../../../../core/model/hostname.ts';
import type { Problem, Warning } from '../../../../core/model/route.ts';
import { publishedRoutes } from '../../pass/published-routes.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import { type PlannedZone, type SyncJob, type WrittenZone, planZone, writeZone } from './write-zone.ts';

export interface SyncedRecords extends RecordsResult {
  /** Hostnames whose record is up to date. */
  readonly inPlace: ReadonlySet<Hostname>;
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** By hostname, problems that do not prevent its record. */
  readonly warnings: ReadonlyMap<Hostname, readonly Warning[]>;
  /** The token may not write some of the records. */
  readonly isForbidden: boolean;
  /** Records were deleted: the rules kept for them can go. */
  readonly hasRetired: boolean;
  /** Names whose record was changed: some may have come from another Tunnel. */
  readonly moved: readonly string[];
  /** False: a zone could not be read or written, so some hostnames are in an unknown state. */
  readonly isComplete: boolean;
}

/** Brings the records to the hostnames: one batch per zone that needs any change. */
export async function syncRecords(job: SyncJob, view: RecordView): Promise<SyncedRecords> {
  const plans = planZones(job, view);
  const refusedDeletes = guardDeletes(job, view, plans);
  const written: WrittenZone[] = [];
  for (const planned of plans) {
    const result = await job.attempt(() => writeZone(job, planned, refusedDeletes?.names ?? new Set()));
    if (result !== undefined) written.push(result);
  }
  const refused = new Map(view.zoned.withoutZone.map((name) => [name, noZoneProblem(name, view.writable)]));
  for (const { name, message } of written.flatMap(({ refusals }) => refusals))
    refused.set(name as Hostname, { reason: 'RecordConflict', message });
  return {
    ...summarize(job, written, refused, view),
    warnings: warningsOn(job, view),
    refusedDeletes,
    kept: keptNames(job.pass, view),
    isComplete: written.length === view.zoned.zones.length && written.every(({ isComplete }) => isComplete),
  };
}

/** The result for each hostname. A record in a zone that does not answer leads no visitor to the tunnel. */
function summarize(
  { serving }: SyncJob,
  written: readonly WrittenZone[],
  refusals: ReadonlyMap<Hostname, Problem>,
  { writable }: RecordView,
): Omit<SyncedRecords, 'warnings' | 'refusedDeletes' | 'kept' | 'isComplete'> {
  const inPlace = new Set<Hostname>();
  const refused = new Map(refusals);
  for (const { hostnames, unsettled } of written)
    for (const name of hostnames.filter((hostname) => serving.isPublished(hostname) && !refusals.has(hostname))) {
      const problem = zoneProblem(name, writable, serving.addressesOf(name) !== undefined);
      if (problem !== undefined) refused.set(name, problem);
      else if (!unsettled.has(name)) inPlace.add(name);
    }
  const done = written.flatMap((zone) => zone.done);
  return {
    inPlace,
    refused,
    isPending: written.some(({ later }) => later.size > 0),
    waiting: written.flatMap(({ waiting }) => waiting),
    hasRetired: done.some(({ kind }) => kind === 'delete'),
    moved: done.filter(({ kind }) => kind === 'update').map(({ name }) => name),
    isForbidden: written.some(({ isForbidden }) => isForbidden),
  };
}

/** Records that the mode keeps although no hostname of the Tunnel wants them. */
function keptNames({ mark, settings }: TunnelPass, { zoned, records }: RecordView): readonly string[] {
  if (settings.dnsMode !== 'UpsertOnly') return [];
  const wanted = new Set<string>(zoned.zones.flatMap(({ hostnames }) => hostnames));
  const ours = [...records.values()].flat().filter(({ comment, name }) => comment === mark && !wanted.has(name));
  return [...new Set(ours.map(({ name }) => name))];
}

/** Of public names. Most need none: those are not in the map. */
function warningsOn(
  { pass: { settings }, serving }: SyncJob,
  { zoned, writable }: RecordView,
): ReadonlyMap<Hostname, readonly Warning[]> {
  const { proxied } = settings;
  const isPublic = (name: Hostname): boolean => serving.addressesOf(name) === undefined;
  const names = zoned.zones.flatMap(({ hostnames }) => hostnames.filter(isPublic));
  return new Map(
    names.map((name) => [name, recordWarnings(name, writable, proxied)] as const).filter(([, list]) => list.length > 0),
  );
}

/** The whole pass, before anything of it is written; a zone that could not be read has no plan. */
function planZones(job: SyncJob, view: RecordView): readonly PlannedZone[] {
  return view.zoned.zones.flatMap((work) => {
    const observed = view.records.get(work.zone);
    return observed === undefined ? [] : [{ work, plan: planZone(job, work, observed) }];
  });
}

/** Looks at the whole pass before anything is written; a Tunnel that is being deleted explains all of it. */
function guardDeletes(
  { port, pass }: SyncJob,
  view: RecordView,
  plans: readonly PlannedZone[],
): RefusedDeletes | undefined {
  const { tunnel, mark, settings } = pass;
  if (tunnel.metadata.deletionTimestamp !== undefined) return undefined;
  const isSeen = (service: ObjectKey): boolean =>
    port.sources.get(service)?.metadata.finalizers?.includes(FINALIZER) === true;
  const published = publishedRoutes(port, pass);
  const byService = explainedBy(published, isSeen);
  const bySpec = explainedBySpec(published, settings.dnsMode, view.writable);
  return refuseMassDelete(
    plans.flatMap(({ plan }) => plan.changes),
    {
      ours: [...view.records.values()].flat().filter((record) => record.comment === mark).length,
      isExplained: (name) => byService(name) || bySpec(name),
      confirmed: tunnel.metadata.annotations?.[CONFIRM_DELETE_ANNOTATION],
      hash: port.hash,
    },
  );
}

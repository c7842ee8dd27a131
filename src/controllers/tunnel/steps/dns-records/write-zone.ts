import type { DeliveryResult } from '../../../../core/dns/delivery.ts';
import { desiredRecords } from '../../../../core/dns/desired.ts';
import { type DnsChange, type DnsPlan, type ObservedRecord, planDns } from '../../../../core/dns/plan.ts';
import { type ServedNames, type ZoneWork, changesForNow } from '../../../../core/dns/records.ts';
import { describeRefused } from '../../../../core/dns/refused-names.ts';
import { fitPlan } from '../../../../core/dns/room.ts';
import type { Address } from '../../../../core/model/address.ts';
import type { Zone } from '../../../../core/model/zone.ts';
import type { Hostname } from '../../../../core/model/hostname.ts';
import { targetOf } from '../../../../core/tunnel/target.ts';
import { OperatorError } from '../../../../runtime/errors.ts';
import type { RecordsPort, ZonesPort } from '../../pass/ports.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { Attempt } from '../../pass/attempt.ts';
import type { DnsRecordsPort } from './port.ts';
import { reportChanges } from './report-changes.ts';
import { dnsRules } from './rules.ts';

/** What the connectors serve, as far as it decides which records may be made. */
export interface Serving extends ServedNames {
  readonly tunnelId: string;
  /** A name that is not must not resolve. */
  readonly isPublished: (name: string) => boolean;
  /** The addresses of a name of the local network; `undefined`: the name leads to the tunnel. */
  readonly addressesOf: (name: string) => readonly Address[] | undefined;
}

/** What writing the records of one Tunnel takes. */
export interface SyncJob {
  readonly port: DnsRecordsPort;
  readonly pass: TunnelPass;
  readonly cloudflare: ZonesPort & RecordsPort;
  readonly serving: Serving;
  readonly attempt: Attempt;
}

export interface PlannedZone {
  readonly work: ZoneWork;
  readonly plan: DnsPlan;
}

/** The result of the plan for one zone. */
export interface WrittenZone {
  readonly hostnames: readonly Hostname[];
  readonly refusals: DnsPlan['refusals'];
  readonly done: readonly DnsChange[];
  /** Names whose change waits for the connectors. */
  readonly later: ReadonlySet<string>;
  /** Names whose change was not tried: others were refused, and finding them took all the calls of a pass. */
  readonly waiting: readonly string[];
  /** Names whose record is not up to date. */
  readonly unsettled: ReadonlySet<string>;
  /** False: a failure stopped the writing, and has been reported. */
  readonly isComplete: boolean;
  readonly isForbidden: boolean;
}

export function planZone(
  { port, pass, serving }: SyncJob,
  { zone, hostnames }: ZoneWork,
  observed: readonly ObservedRecord[],
): DnsPlan {
  const { settings, mark: comment } = pass;
  const records = { target: targetOf(serving.tunnelId), proxied: settings.proxied, comment };
  const published = hostnames.filter(serving.isPublished);
  const desired = published.flatMap((name) => desiredRecords(name, serving.addressesOf(name), records));
  return planDns(desired, observed, dnsRules(port, pass, zone));
}

/**
 * Writes the plan of one zone. A batch that was refused, because of a record that was not known of or because the zone
 * is full, costs two more calls: one to see what is in the way, one to send what can go through. What is refused then
 * is found name by name. `kept`: names whose deletion was refused.
 */
export async function writeZone(
  job: SyncJob,
  { work, plan }: PlannedZone,
  kept: ReadonlySet<string>,
): Promise<WrittenZone> {
  const { obstacle, ...first } = await write(job, { work, plan }, { kept, isolatesClashes: false });
  if (obstacle === undefined || !first.isComplete) return first;
  const next = await job.attempt(() => planAround(job, work, obstacle));
  if (next === undefined) return { ...first, isComplete: false };
  const again = await write(job, { work, plan: next }, { kept, isolatesClashes: true });
  if (again.obstacle !== undefined) await job.attempt(() => Promise.reject(unsettledZone(work.zone)));
  return { ...again, done: [...first.done, ...again.done] };
}

/** Somebody else fills the zone at the same time. */
function unsettledZone({ name }: Zone): OperatorError {
  return new OperatorError(
    'CloudflareRefused',
    'retry',
    `Somebody else changes records in zone ${name} at the same time`,
  );
}

/** A new plan, made with what the refusal calls for: every record of the zone, or the room that is left in it. */
async function planAround(job: SyncJob, work: ZoneWork, refusal: 'clash' | 'full'): Promise<DnsPlan> {
  const { cloudflare } = job;
  const { signal, clusterMark } = job.pass;
  if (refusal === 'clash') return planZone(job, work, await cloudflare.allRecords(work.zone, signal));
  const known = await cloudflare.records(work.zone, { mark: clusterMark }, Number.POSITIVE_INFINITY, signal);
  return fitPlan(planZone(job, work, known), work.zone.name, await cloudflare.roomFor(work.zone, signal));
}

interface Writing {
  readonly kept: ReadonlySet<string>;
  readonly isolatesClashes: boolean;
}

type Written = WrittenZone & { readonly obstacle: DeliveryResult['obstacle'] | undefined };

/** A refused change is not sent again sooner, even if passes fail for other reasons. */
const REFUSAL_MIN_AGE_MS = 60_000;

/** Sends what may be sent now. */
async function write(
  { port, pass, cloudflare, serving, attempt }: SyncJob,
  { work: { zone, hostnames }, plan: { changes, refusals } }: PlannedZone,
  { kept, isolatesClashes }: Writing,
): Promise<Written> {
  const allowed = changes.filter((change) => change.kind !== 'delete' || !kept.has(change.name));
  const { now, later } = changesForNow(allowed, serving);
  const manner = { refusalAgeMs: Math.max(pass.maxAgeMs.records, REFUSAL_MIN_AGE_MS), isolatesClashes };
  const { done, refused, waiting, obstacle, failure } =
    now.length === 0 ? NOTHING_TO_WRITE : await cloudflare.writeRecords(zone, now, manner, pass.signal);
  reportChanges(port, pass, { zone, done });
  if (failure !== undefined) await attempt(() => Promise.reject(failure));
  return {
    hostnames,
    refusals: [...refusals, ...describeRefused(refused)],
    done,
    later: namesOf(later),
    waiting: failure === undefined && obstacle === undefined ? [...namesOf(waiting)] : [],
    unsettled: namesOf([...later, ...waiting]),
    isComplete: failure === undefined,
    isForbidden: failure instanceof OperatorError && failure.reason === 'PermissionMissing',
    obstacle,
  };
}

const NOTHING_TO_WRITE: DeliveryResult & { readonly failure?: unknown } = { done: [], refused: [], waiting: [] };

function namesOf(changes: readonly DnsChange[]): ReadonlySet<string> {
  return new Set(changes.map(({ name }) => name));
}

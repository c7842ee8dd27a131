import type { Tunnel } from '../../api/objects.ts';
import type { DeliveryResult } from '../../core/dns/delivery.ts';
import { clusterMark } from '../../core/dns/mark.ts';
import { type DnsChange, type DnsPlan, type ObservedRecord, planDns } from '../../core/dns/plan.ts';
import { type ServedNames, type ZoneWork, changesForNow } from '../../core/dns/records.ts';
import { describeRefused } from '../../core/dns/refused-names.ts';
import { fitPlan } from '../../core/dns/room.ts';
import type { Zone } from '../../core/model/zone.ts';
import type { Hostname } from '../../core/model/hostname.ts';
import { keyOf } from '../../core/keys.ts';
import { targetOf } from '../../core/status/tunnel.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { maxAgeMs } from './access.ts';
import { tellRecords } from './changes.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Attempt, dnsRules, markOf } from './records.ts';

/** What the connectors serve, as far as it decides which records may be made. */
export interface Serving extends ServedNames {
  readonly tunnelId: string;
  /** A name without any must not resolve. */
  readonly hasRule: (name: string) => boolean;
}

export interface SyncJob {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access;
  readonly serving: Serving;
  readonly pass: Pass;
  readonly attempt: Attempt;
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
  /** Names whose record is not as wanted. */
  readonly unsettled: ReadonlySet<string>;
  /** False: a failure stopped the writing, and has been reported. */
  readonly isComplete: boolean;
  readonly isForbidden: boolean;
}

export function planZone(
  { ctx, tunnel, serving }: SyncJob,
  { zone, hostnames }: ZoneWork,
  observed: readonly ObservedRecord[],
): DnsPlan {
  const { proxied } = settingsOf(tunnel);
  const comment = markOf(ctx, tunnel);
  const content = targetOf(serving.tunnelId);
  const desired = hostnames.filter(serving.hasRule).map((name) => ({ name, content, proxied, comment }));
  return planDns(desired, observed, dnsRules(ctx, tunnel, zone));
}

/**
 * Writes the plan of one zone. A batch that was refused, because of a record that was not known of or because the zone
 * is full, costs two more calls: one to see what is in the way, one to send what can go through. What is refused then
 * is found name by name. `kept`: names whose deletion was refused.
 */
export async function writeZone(
  job: SyncJob,
  work: ZoneWork,
  plan: DnsPlan,
  kept: ReadonlySet<string>,
): Promise<WrittenZone> {
  const { obstacle, ...first } = await write(job, work, plan, { kept, isolatesClashes: false });
  if (obstacle === undefined || !first.isComplete) return first;
  const next = await job.attempt(() => planAround(job, work, obstacle));
  if (next === undefined) return { ...first, isComplete: false };
  const again = await write(job, work, next, { kept, isolatesClashes: true });
  if (again.obstacle !== undefined) await job.attempt(() => Promise.reject(unsettledZone(work.zone)));
  return { ...again, done: [...first.done, ...again.done] };
}

/** Somebody else fills the zone at the same time. */
function unsettledZone({ name }: Zone): OperatorError {
  return new OperatorError('CloudflareRefused', 'retry', `Records of zone ${name} change while they are written`);
}

/** A new plan, made with what the refusal calls for: every record of the zone, or the room that is left in it. */
async function planAround(job: SyncJob, work: ZoneWork, refusal: 'clash' | 'full'): Promise<DnsPlan> {
  const { cloudflare } = job.access;
  const { signal } = job.pass;
  if (refusal === 'clash') return planZone(job, work, await cloudflare.allRecords(work.zone, signal));
  const known = await cloudflare.records(work.zone, clusterMark(job.ctx.cluster), Number.POSITIVE_INFINITY, signal);
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
  { ctx, tunnel, access, serving, pass, attempt }: SyncJob,
  { zone, hostnames }: ZoneWork,
  { changes, refusals }: DnsPlan,
  { kept, isolatesClashes }: Writing,
): Promise<Written> {
  const allowed = changes.filter((change) => change.kind !== 'delete' || !kept.has(change.name));
  const { now, later } = changesForNow(allowed, serving);
  const manner = { refusalAgeMs: Math.max(maxAgeMs(ctx, pass), REFUSAL_MIN_AGE_MS), isolatesClashes };
  const { done, refused, waiting, obstacle, failure } =
    now.length === 0 ? NOTHING_TO_WRITE : await access.cloudflare.writeRecords(zone, now, manner, pass.signal);
  tellRecords(ctx, tunnel, zone, done, pass.signal);
  countRepaired(ctx, tunnel, done);
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

function countRepaired(ctx: TunnelContext, tunnel: Tunnel, done: readonly DnsChange[]): void {
  for (const { kind, name } of done)
    if (kind !== 'delete' && ctx.wasRecorded(keyOf(tunnel), name)) ctx.driftRepaired('record');
}

function namesOf(changes: readonly DnsChange[]): ReadonlySet<string> {
  return new Set(changes.map(({ name }) => name));
}

/**
 * Conditions, as kstatus reads them.
 *
 * Guarantees: the transition time changes only with the status; the order never changes; `Ready` is the summary of the
 * parts and of nothing else; `Reconciling` and `Stalled` exist only while they are true.
 */
import type { Condition, ConditionStatus, TunnelPart, TunnelReason } from '../../api/conditions.ts';
import { TUNNEL_PARTS } from '../../api/conditions.ts';

export interface Report {
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  /** The part of the message that is news when it changes; absent: all of it. */
  readonly eventMessage?: string;
}

export type PartReports = ReadonlyMap<TunnelPart, Report & { readonly reason: TunnelReason }>;

/** Turns a report into a condition; keeps the transition time of an unchanged status. */
export function conditionFrom(
  type: string,
  report: Report,
  previous: readonly Condition[],
  now: string,
  observedGeneration?: number,
): Condition {
  const before = previous.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === report.status ? before.lastTransitionTime : now;
  const { status, reason, message } = report;
  return {
    type,
    status,
    reason,
    message,
    lastTransitionTime,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
}

export interface TunnelReports {
  readonly parts: PartReports;
  /** The part that one without a report waits for. */
  readonly blockers?: ReadonlyMap<TunnelPart, TunnelPart>;
  /** A person has to act. */
  readonly isStalled: boolean;
  readonly isSuspended: boolean;
  /** Why the objects of a suspended Tunnel do not survive every way of deleting it. */
  readonly unprotected?: string | undefined;
  /** Being cleaned up behind: nothing can be ready any more. */
  readonly isDeleting?: boolean;
}

/** All conditions of a Tunnel, summary first. A part nobody reported on is blocked by an earlier one. */
export function tunnelConditions(
  reports: TunnelReports,
  previous: readonly Condition[],
  now: string,
  generation: number,
): readonly Condition[] {
  const parts = TUNNEL_PARTS.map((type) => [type, reports.parts.get(type) ?? blocked(reports, type)] as const);
  const said = parts.map(([, report]) => report);
  const ready = readyOf(reports, said);
  const activity = activityOf(ready, reports, said);
  return [['Ready', ready] as const, ...activity, ...parts].map(([type, report]) =>
    conditionFrom(type, report, previous, now, generation),
  );
}

function blocked({ blockers }: TunnelReports, part: TunnelPart): Report {
  const blocker = blockers?.get(part) ?? 'an earlier condition';
  return { status: 'Unknown', reason: 'Blocked', message: `Waiting for ${blocker}` };
}

const SUSPENDED: Report = {
  status: 'Unknown',
  reason: 'Suspended',
  message: 'spec.suspend is true: nothing is changed',
};
const DELETING: Report = { status: 'Unknown', reason: 'Deleting', message: 'The Tunnel is being deleted' };
const READY: Report = { status: 'True', reason: 'Ready', message: 'All parts are ready' };

function readyOf(reports: TunnelReports, parts: readonly Report[]): Report {
  const { isSuspended, isDeleting = false, unprotected } = reports;
  if (isSuspended) return unprotected === undefined ? SUSPENDED : suspendedUnprotected(unprotected);
  if (isDeleting) return parts.find((part) => part.status === 'False') ?? DELETING;
  return summarise(parts);
}

function suspendedUnprotected(why: string): Report {
  const advice = 'Delete it only in the background: --cascade=foreground, as Argo CD prunes, stops its connectors';
  return { ...SUSPENDED, message: `${SUSPENDED.message}. ${advice}. ${why}` };
}

/** The first part that failed, else the first that is unknown, speaks for the whole. */
function summarise(parts: readonly Report[]): Report {
  return parts.find((part) => part.status === 'False') ?? parts.find((part) => part.status === 'Unknown') ?? READY;
}

/** Reasons of parts that do their work although something about them is on its way or wrong. */
const UNSETTLED: ReadonlySet<string> = new Set([
  'RollingOut',
  'RecordsPending',
  'ConnectorsUnavailable',
  'RateLimited',
  'CloudflareUnreachable',
  'CloudflareUnavailable',
  'KubernetesUnavailable',
]);

export function isUnsettled({ reason }: Pick<Report, 'reason'>): boolean {
  return UNSETTLED.has(reason);
}

/** A Tunnel can be ready and be worked on at the same time. One that is scaled to zero is as it was asked to be. */
function activityOf(
  ready: Report,
  { isStalled, isSuspended, isDeleting = false }: TunnelReports,
  parts: readonly Report[],
): readonly (readonly [string, Report])[] {
  if (isSuspended) return [];
  const busy = isDeleting ? ready : unsettledPart(parts);
  if (busy === undefined) return [];
  const type = isStalled ? 'Stalled' : 'Reconciling';
  return [[type, { status: 'True', reason: busy.reason, message: busy.message }]];
}

function unsettledPart(parts: readonly Report[]): Report | undefined {
  const others = parts.filter(({ reason }) => reason !== 'ScaledToZero');
  const summary = summarise(others);
  return summary.status === 'True' ? others.find(isUnsettled) : summary;
}

/**
 * Conditions that follow the conventions of kstatus.
 *
 * Guarantees: the transition time changes only with the status; the order never changes; `Ready` summarizes the parts
 * and nothing else; `Reconciling` and `Stalled` exist only while they are true.
 */
import type { Condition, ConditionStatus, TunnelPart, TunnelReason } from '../../api/conditions.ts';
import { TUNNEL_PARTS } from '../../api/conditions.ts';

export interface Report {
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  /** The part of the message whose change causes an event. Absent: the whole message. */
  readonly eventMessage?: string;
}

export type PartReports = ReadonlyMap<TunnelPart, Report & { readonly reason: TunnelReason }>;

/** Builds a condition from a report. An unchanged status keeps its transition time. */
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
  /** By part without a report, the part that it waits for. */
  readonly blockers?: ReadonlyMap<TunnelPart, TunnelPart>;
  /** A user has to act. */
  readonly isStalled: boolean;
  readonly isSuspended: boolean;
  /** Why the objects of a suspended Tunnel do not survive every way of deleting it. */
  readonly unprotected?: string | undefined;
  /** The Tunnel is being deleted, so it cannot become ready. */
  readonly isDeleting?: boolean;
}

/** All conditions of a Tunnel, the summary first. A part without a report is blocked by another one. */
export function tunnelConditions(
  reports: TunnelReports,
  previous: readonly Condition[],
  now: string,
  generation: number,
): readonly Condition[] {
  const parts = TUNNEL_PARTS.map((type) => [type, reports.parts.get(type) ?? blocked(reports, type)] as const);
  const partReports = parts.map(([, report]) => report);
  const ready = readyOf(reports, partReports);
  const activity = activityOf(ready, reports, partReports);
  return [['Ready', ready] as const, ...activity, ...parts].map(([type, report]) =>
    conditionFrom(type, report, previous, now, generation),
  );
}

/** Names the part that is waited for: its blocker, else the first part that failed, else the first that is unknown. */
function blocked({ parts, blockers }: TunnelReports, part: TunnelPart): Report {
  const withStatus = (status: ConditionStatus): TunnelPart | undefined =>
    TUNNEL_PARTS.find((type) => parts.get(type)?.status === status);
  const blocker = blockers?.get(part) ?? withStatus('False') ?? withStatus('Unknown') ?? 'the Tunnel to be reconciled';
  return { status: 'Unknown', reason: 'Blocked', message: `Waiting for ${blocker}` };
}

const SUSPENDED: Report = {
  status: 'Unknown',
  reason: 'Suspended',
  message: 'spec.suspend is true, so the operator changes nothing',
};
const DELETING: Report = { status: 'Unknown', reason: 'Deleting', message: 'The Tunnel is being deleted' };
const READY: Report = { status: 'True', reason: 'Ready', message: 'All parts are ready' };

function readyOf(reports: TunnelReports, parts: readonly Report[]): Report {
  const { isSuspended, isDeleting = false, unprotected } = reports;
  if (isSuspended) return unprotected === undefined ? SUSPENDED : suspendedUnprotected(unprotected);
  if (isDeleting) return parts.find((part) => part.status === 'False') ?? DELETING;
  return summarize(parts);
}

function suspendedUnprotected(why: string): Report {
  const advice =
    'Delete it only in the background: --cascade=foreground, which Argo CD uses for pruning, stops its connectors';
  return { ...SUSPENDED, message: `${SUSPENDED.message}. ${advice}. ${why}` };
}

/** The first part that failed, else the first that is unknown. */
function summarize(parts: readonly Report[]): Report {
  return parts.find((part) => part.status === 'False') ?? parts.find((part) => part.status === 'Unknown') ?? READY;
}

/** Reasons of parts that work although a change is in progress or something is wrong. */
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

/** A Tunnel can be ready and reconciling at the same time. One that is scaled to zero is in its desired state. */
function activityOf(
  ready: Report,
  { isStalled, isSuspended, isDeleting = false }: TunnelReports,
  parts: readonly Report[],
): readonly (readonly [string, Report])[] {
  if (isSuspended) return [];
  const report = isDeleting ? ready : unsettledPart(parts);
  if (report === undefined) return [];
  const type = isStalled ? 'Stalled' : 'Reconciling';
  return [[type, { status: 'True', reason: report.reason, message: report.message }]];
}

function unsettledPart(parts: readonly Report[]): Report | undefined {
  const others = parts.filter(({ reason }) => reason !== 'ScaledToZero');
  const summary = summarize(others);
  return summary.status === 'True' ? others.find(isUnsettled) : summary;
}

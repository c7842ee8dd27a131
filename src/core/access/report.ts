/** The conditions of an AccessPolicy or AccessServiceToken, and the events about them. */
import type { AccessReason, Condition, TunnelReason } from '../../api/conditions.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { Note } from '../status/notes.ts';

export interface AccessReport extends Report {
  readonly reason: AccessReason | TunnelReason;
  /** Absent: nothing is to be done any more. */
  readonly activity?: 'Reconciling' | 'Stalled';
}

interface Failure {
  readonly reason: TunnelReason;
  readonly message: string;
  readonly disposition: 'retry' | 'wait' | 'stall';
}

/** Number of consecutive failed passes after which an object that was ready is not any more. */
const MAX_FAILED_PASSES = 3;

/** A short interruption of Cloudflare or Kubernetes leaves an object ready. */
export function reportOfFailure(
  { reason, message, disposition }: Failure,
  { ready, failedPasses }: { readonly ready: Condition | undefined; readonly failedPasses: number },
): AccessReport {
  const activity = disposition === 'stall' ? 'Stalled' : 'Reconciling';
  const isInterruption = disposition === 'retry' && failedPasses < MAX_FAILED_PASSES && ready?.status === 'True';
  return { status: isInterruption ? 'True' : 'False', reason, message, activity };
}

export function conditionsOf(
  { activity, ...ready }: AccessReport,
  previous: readonly Condition[],
  { now, generation }: { readonly now: string; readonly generation: number },
): Condition[] {
  const reports = [
    ['Ready', ready] as const,
    ...(activity === undefined ? [] : [[activity, { ...ready, status: 'True' as const }] as const]),
  ];
  return reports.map(([type, report]) => conditionFrom(type, report, previous, now, generation));
}

/** Parts of normal operation, which only the condition shows. */
const WITHOUT_EVENT: ReadonlySet<string> = new Set(['Progressing', 'Unused', 'Deleting', 'InUse', 'Suspended']);

/** A Warning when something fails or fails for another reason, a Normal event when it recovers. */
export function notesOf(before: readonly Condition[], after: readonly Condition[]): readonly Note[] {
  const [old, ready] = [before, after].map((conditions) => conditions.find(({ type }) => type === 'Ready'));
  if (ready === undefined || WITHOUT_EVENT.has(ready.reason)) return [];
  const { status, reason, message } = ready;
  if (old?.reason === reason && old.message === message) return [];
  if (status !== 'True' || reason === 'TokenExpiresSoon') return [{ type: 'Warning', reason, message }];
  return old?.status === 'False' ? [{ type: 'Normal', reason, message }] : [];
}

export function readyOf(status: { readonly conditions?: readonly object[] } | undefined): Condition | undefined {
  const conditions = (status?.conditions ?? []) as readonly Condition[];
  return conditions.find(({ type }) => type === 'Ready');
}

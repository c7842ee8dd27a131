/** Decides which reports of a pass become the conditions of a Tunnel, and what keeps its Services from being served. */
import type { TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { type PartReports, isUnsettled } from './conditions.ts';

interface Failure {
  readonly reason: TunnelReason;
  readonly disposition: 'retry' | 'wait' | 'stall';
  readonly message: string;
}

/** What a pass has reported. */
export interface PassReports {
  readonly reports: PartReports;
  readonly failures: readonly Failure[];
  /** Passes that failed in a row before this one. */
  readonly failedPasses: number;
}

/** Failures in a row before a part that was ready is reported not to be, if the failure may heal by itself. */
const MAX_FAILED_PASSES = 3;

/** A part that works does not become unready for an interruption of a remote system, only if that lasts. */
export function partsToReport(tunnel: Tunnel, { reports, failures, failedPasses }: PassReports): PartReports {
  const isInterruption = failures.length > 0 && failures.every(({ disposition }) => disposition === 'retry');
  if (!isInterruption || failedPasses >= MAX_FAILED_PASSES) return reports;
  const reasons = new Set(failures.map(({ reason }) => reason));
  const kept = [...previousParts(tunnel)].flatMap(([part, before]) => {
    const now = reports.get(part);
    if (before.status !== 'True' || (now !== undefined && !reasons.has(now.reason))) return [];
    // What was on its way is held up, and somebody waits for it.
    return [[part, now !== undefined && isUnsettled(before) ? { ...now, status: 'True' as const } : before] as const];
  });
  return new Map([...reports, ...kept]);
}

export function previousParts({ status }: Tunnel): PartReports {
  const conditions = status?.conditions ?? [];
  return new Map(conditions.map((condition) => [condition.type, condition])) as unknown as PartReports;
}

/** Whether a person has to act. */
export function isStalled({ failures }: Pick<PassReports, 'failures'>): boolean {
  return failures.some(({ disposition }) => disposition === 'stall');
}

/** Failures of some hostnames: their Services report them in their own conditions. */
const OF_HOSTNAMES: ReadonlySet<string> = new Set(['RecordsRefused', 'RecordsPending', 'ConfigTooLarge']);

/** Why Services that are not served yet have to wait for a person; `undefined`: they do not. */
export function blockerOf(pass: Omit<PassReports, 'failedPasses'>, isServed: boolean): string | undefined {
  const { reports, failures } = pass;
  const isTransient = failures.every(({ disposition }) => disposition === 'retry');
  const blocker = isTransient ? undefined : failures.find(({ reason }) => !OF_HOSTNAMES.has(reason));
  const connectors = reports.get('ConnectorsReady');
  const isShort = connectors?.reason === 'ConnectorsUnavailable' && !isServed;
  return blocker?.message ?? (isShort ? connectors.message : undefined);
}

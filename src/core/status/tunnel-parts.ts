/** Decides which reports of a pass become conditions of a Tunnel, and why its Services are not served. */
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
  /** Number of consecutive failed passes before this one. */
  readonly failedPasses: number;
}

/** Number of consecutive transient failures after which a part that was ready is reported as not ready. */
const MAX_FAILED_PASSES = 3;

/** A part stays ready during a short interruption of a remote system. */
export function partsToReport(tunnel: Tunnel, { reports, failures, failedPasses }: PassReports): PartReports {
  const isInterruption = failures.length > 0 && failures.every(({ disposition }) => disposition === 'retry');
  if (!isInterruption || failedPasses >= MAX_FAILED_PASSES) return reports;
  const reasons = new Set(failures.map(({ reason }) => reason));
  const kept = [...previousParts(tunnel)].flatMap(([part, before]) => {
    const now = reports.get(part);
    if (before.status !== 'True' || (now !== undefined && !reasons.has(now.reason))) return [];
    // An interrupted change is reported, because a user may be waiting for it.
    return [[part, now !== undefined && isUnsettled(before) ? { ...now, status: 'True' as const } : before] as const];
  });
  return new Map([...reports, ...kept]);
}

export function previousParts({ status }: Tunnel): PartReports {
  const conditions = status?.conditions ?? [];
  return new Map(conditions.map((condition) => [condition.type, condition])) as unknown as PartReports;
}

/** Whether a user has to act. */
export function isStalled({ failures }: Pick<PassReports, 'failures'>): boolean {
  return failures.some(({ disposition }) => disposition === 'stall');
}

/** Failures of single hostnames, which their Services report in their own conditions. */
const OF_HOSTNAMES: ReadonlySet<string> = new Set(['RecordsRefused', 'RecordsPending', 'ConfigTooLarge']);

/** The problem that a user has to resolve before further Services can be served; `undefined`: there is none. */
export function blockerOf(pass: Omit<PassReports, 'failedPasses'>, isServed: boolean): string | undefined {
  const { reports, failures } = pass;
  const isTransient = failures.every(({ disposition }) => disposition === 'retry');
  const blocker = isTransient ? undefined : failures.find(({ reason }) => !OF_HOSTNAMES.has(reason));
  const connectors = reports.get('ConnectorsReady');
  const isShort = connectors?.reason === 'ConnectorsUnavailable' && !isServed;
  return blocker?.message ?? (isShort ? connectors.message : undefined);
}

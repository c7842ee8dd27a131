import type { Report } from './conditions.ts';

/** How long a Service may have no ready endpoint during a rollout before it is reported. */
export const ENDPOINTS_SETTLE_MS = 5_000;

/**
 * Whether to report that a Service has no ready endpoint. `forMs`: how long it has been observed to have none. A report
 * from before a restart is kept.
 */
export function isUnanswered(forMs: number | undefined, current: Pick<Report, 'reason'> | undefined): boolean {
  return forMs !== undefined && (forMs >= ENDPOINTS_SETTLE_MS || current?.reason === 'NoReadyEndpoints');
}

import type { Report } from './conditions.ts';

/** A Deployment that rolls may be without a ready pod for a moment. */
export const ENDPOINTS_SETTLE_MS = 5_000;

/**
 * Whether to report that a Service has no ready endpoint. `forMs`: for how long, as far as has been watched; what was
 * reported before a restart stands.
 */
export function isUnanswered(forMs: number | undefined, current: Pick<Report, 'reason'> | undefined): boolean {
  return forMs !== undefined && (forMs >= ENDPOINTS_SETTLE_MS || current?.reason === 'NoReadyEndpoints');
}

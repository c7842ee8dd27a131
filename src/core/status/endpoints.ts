import type { ObjectKey } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import { serviceOf } from '../model/service-origin.ts';
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

/** For how long each Service that routes lead to has had no ready endpoint; those that have one are absent. */
export function unansweredServices(
  routes: readonly Route[],
  unansweredMs: (service: ObjectKey) => number | undefined,
): ReadonlyMap<ObjectKey, number> {
  const services = new Set(routes.flatMap(({ origin }) => serviceOf(origin) ?? []));
  return new Map(
    [...services].flatMap((service) => {
      const forMs = unansweredMs(service);
      return forMs === undefined ? [] : [[service, forMs] as const];
    }),
  );
}

/** The Services to report. */
export function unansweredFor(
  services: ReadonlyMap<ObjectKey, number>,
  current: Pick<Report, 'reason'> | undefined,
): readonly ObjectKey[] {
  return [...services].filter(([, forMs]) => isUnanswered(forMs, current)).map(([service]) => service);
}

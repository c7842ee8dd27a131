/** What a Tunnel's news keep of those before them. */
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelObservation } from './exposed.ts';

/** What a pass has found by itself. */
export type Found = Omit<TunnelObservation, 'served'>;

/** Puts what a pass has found beside what was known: what could not be looked at stands as it was. */
export function mergeObservation(found: Found, before: TunnelObservation | undefined): TunnelObservation {
  const served = servedClaims(found, before?.served ?? new Map());
  if (found.isComplete || before === undefined) return { ...found, served };
  const refused = [...before.refused].filter(([hostname]) => !found.recorded.has(hostname));
  return {
    ...found,
    served,
    refused: new Map([...refused, ...found.refused]),
    warnings: new Map([...before.warnings, ...found.warnings]),
  };
}

/** Claims that every connector served when it was last known, and that nobody has seen go since. */
function servedClaims(
  { live, isServed, isComplete }: Found,
  before: TunnelObservation['served'],
): ReadonlyMap<string, ObjectKey> {
  if (isServed) return isComplete ? live : new Map([...before, ...live]);
  return isComplete ? new Map([...before].filter(([claim, source]) => live.get(claim) === source)) : before;
}

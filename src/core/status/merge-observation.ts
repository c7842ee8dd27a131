/** Merges the observation of a pass with the previous one. */
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelObservation } from './exposed.ts';

/** The result of a single pass. */
export type PassObservation = Omit<TunnelObservation, 'served'>;

/** Completes the result of a pass with the previous observation, which is kept where the pass could not read. */
export function mergeObservation(current: PassObservation, before: TunnelObservation | undefined): TunnelObservation {
  const served = servedClaims(current, before?.served ?? new Map());
  if (current.isComplete || before === undefined) return { ...current, served };
  const refused = [...before.refused].filter(([hostname]) => !current.recorded.has(hostname));
  return {
    ...current,
    served,
    refused: new Map([...refused, ...current.refused]),
    warnings: new Map([...before.warnings, ...current.warnings]),
  };
}

/** Claims that every connector served when this was last known, and that are not known to have been removed since. */
function servedClaims(
  { live, isServed, isComplete }: PassObservation,
  before: TunnelObservation['served'],
): ReadonlyMap<string, ObjectKey> {
  if (isServed) return isComplete ? live : new Map([...before, ...live]);
  return isComplete ? new Map([...before].filter(([claim, source]) => live.get(claim) === source)) : before;
}

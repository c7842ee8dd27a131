/** What a Tunnel's news keep of those before them. */
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelNews } from './exposed.ts';

/** What a pass has found by itself. */
export type Found = Omit<TunnelNews, 'served'>;

/** Puts what a pass has found beside what was known: what could not be looked at stands as it was. */
export function carryOver(found: Found, before: TunnelNews | undefined): TunnelNews {
  const served = servedClaims(found, before?.served ?? new Map());
  if (found.isComplete || before === undefined) return { ...found, served };
  const refused = [...before.refused].filter(([hostname]) => !found.recorded.has(hostname));
  return {
    ...found,
    served,
    refused: new Map([...refused, ...found.refused]),
    remarks: new Map([...before.remarks, ...found.remarks]),
  };
}

/** Claims that every connector served when it was last known, and that nobody has seen go since. */
function servedClaims(
  { live, isServed, isComplete }: Found,
  before: TunnelNews['served'],
): ReadonlyMap<string, ObjectKey> {
  if (isServed) return isComplete ? live : new Map([...before, ...live]);
  return isComplete ? new Map([...before].filter(([claim, source]) => live.get(claim) === source)) : before;
}

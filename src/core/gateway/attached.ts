/** How many routes are attached to each listener of each Gateway. */
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { RouteParents } from '../model/route-parent.ts';
import { type SourceKey, firstKeyOf } from '../model/source.ts';

/** By Gateway, and by the name of a listener. */
export type AttachedRoutes = ReadonlyMap<ObjectKey, ReadonlyMap<string, number>>;

interface AttachedResult {
  readonly source: SourceKey;
  readonly parents?: RouteParents;
}

export function attachedRoutes(results: Iterable<AttachedResult>): AttachedRoutes {
  const attached = new Map<ObjectKey, Map<string, number>>();
  for (const { source, parents } of results) {
    // A route with several Tunnels has a result at each of them, with the same parents.
    if (parents === undefined || firstKeyOf(source) !== source) continue;
    for (const { gateway, listeners } of parents.parents) count(attached, gateway, listeners);
  }
  return attached;
}

function count(attached: Map<ObjectKey, Map<string, number>>, gateway: ObjectKey, listeners: readonly string[]): void {
  const counts = attached.get(gateway) ?? new Map<string, number>();
  for (const listener of listeners) counts.set(listener, (counts.get(listener) ?? 0) + 1);
  attached.set(gateway, counts);
}

/** The Gateways whose numbers differ. */
export function changedGateways(before: AttachedRoutes, after: AttachedRoutes): readonly ObjectKey[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const countsOf = (attached: AttachedRoutes, key: ObjectKey): unknown => Object.fromEntries(attached.get(key) ?? []);
  return [...keys].filter((key) => !sameJson(countsOf(before, key), countsOf(after, key)));
}

import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { RoutingTable } from './table.ts';

/** Whom a new table gives something to do. */
export interface RoutingChanges {
  /** Tunnels with other routes to publish. */
  readonly published: readonly ObjectKey[];
  /** Tunnels with the same routes, but with other Services asking: only their counts change. */
  readonly asked: readonly ObjectKey[];
  /** Services with another verdict. */
  readonly services: readonly ObjectKey[];
}

/** Compares two tables: what is the same in both is left in peace. */
export function diffTables(before: RoutingTable | undefined, after: RoutingTable): RoutingChanges {
  const services = changedKeys(before?.results ?? new Map(), after.results);
  const published = new Set(changedKeys(before?.published ?? new Map(), after.published));
  const asked = services
    .flatMap((service) => [before?.results.get(service)?.tunnel, after.results.get(service)?.tunnel])
    .filter((tunnel) => tunnel !== undefined)
    .filter((tunnel) => !published.has(tunnel));
  return { published: [...published], asked: [...new Set(asked)], services };
}

function changedKeys<T>(before: ReadonlyMap<ObjectKey, T>, after: ReadonlyMap<ObjectKey, T>): readonly ObjectKey[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !sameJson(before.get(key), after.get(key)));
}

import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { RoutingTable } from './table.ts';

/** Whom a new table gives something to do. */
export interface RoutingChanges {
  readonly tunnels: readonly ObjectKey[];
  readonly services: readonly ObjectKey[];
}

/** Compares two tables: what is the same in both is left in peace. */
export function diffTables(before: RoutingTable | undefined, after: RoutingTable): RoutingChanges {
  const services = changedKeys(before?.verdicts ?? new Map(), after.verdicts);
  const owners = services.flatMap((service) => [
    before?.verdicts.get(service)?.tunnel,
    after.verdicts.get(service)?.tunnel,
  ]);
  const published = changedKeys(before?.published ?? new Map(), after.published);
  const tunnels = new Set([...published, ...owners.filter((tunnel) => tunnel !== undefined)]);
  return { tunnels: [...tunnels], services };
}

function changedKeys<T>(before: ReadonlyMap<ObjectKey, T>, after: ReadonlyMap<ObjectKey, T>): readonly ObjectKey[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !sameJson(before.get(key), after.get(key)));
}

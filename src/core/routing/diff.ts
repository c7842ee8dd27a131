import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { SourceKey } from '../model/source.ts';
import type { RoutingTable } from './table.ts';

/** What a new table changes for whom. */
export interface RoutingChanges {
  /** Tunnels with other routes to publish. */
  readonly published: readonly ObjectKey[];
  /** Tunnels with the same routes and other results: only the counts in their status change. */
  readonly counted: readonly ObjectKey[];
  /** Sources with another result. */
  readonly sources: readonly SourceKey[];
}

/** Compares two tables; what is the same in both is not woken. */
export function diffTables(before: RoutingTable | undefined, after: RoutingTable): RoutingChanges {
  const sources = changedKeys(before?.results ?? new Map(), after.results);
  const published = new Set(changedKeys(before?.published ?? new Map(), after.published));
  const counted = sources
    .flatMap((source) => [before?.results.get(source)?.tunnel, after.results.get(source)?.tunnel])
    .filter((tunnel) => tunnel !== undefined)
    .filter((tunnel) => !published.has(tunnel));
  return { published: [...published], counted: [...new Set(counted)], sources };
}

function changedKeys<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !sameJson(before.get(key), after.get(key)));
}

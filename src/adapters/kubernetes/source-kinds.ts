import type { SourceKind } from '../../core/preview/state.ts';
import type { RouteSource } from '../../core/sources/source.ts';
import { RESOURCES } from './resource.ts';
import { type WatchedName, watchedKind } from './watched-kinds.ts';

export interface WatchedKindOfSource {
  readonly plural: WatchedName;
  readonly source: RouteSource;
}

/** Kinds of sources as the API serves them. */
export function sourceKinds(watched: readonly WatchedKindOfSource[]): readonly SourceKind[] {
  return watched.map(({ plural, source }) => {
    const { group, version } = RESOURCES[plural];
    return {
      apiVersion: group === '' ? version : `${group}/${version}`,
      source,
      project: watchedKind(plural).project,
    };
  });
}

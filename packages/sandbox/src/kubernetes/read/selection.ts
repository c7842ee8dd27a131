import type { KubeObject } from '../api.ts';
import type { Resource } from '../registry/resource.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

/** The objects that a list, watch or deletecollection applies to. */
export interface Selection {
  readonly namespace: string | undefined;
  /** False if every object in the namespace matches. */
  readonly isFiltered: boolean;
  matches(object: KubeObject): boolean;
}

/** The parameters of a request that select objects. */
export interface SelectionQuery {
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

/** Compiles the selectors of a request. Throws 400 for invalid or unsupported ones. */
export function selectionFor(resource: Resource, query: SelectionQuery): Selection {
  const { namespace } = query;
  const byLabels = parseLabelSelector(query.labelSelector);
  const byFields = parseFieldSelector(query.fieldSelector, resource);
  const isFiltered = query.labelSelector !== '' || query.fieldSelector !== '';
  return {
    namespace,
    isFiltered,
    matches: (object) => {
      if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
      return !isFiltered || (byLabels(object.metadata.labels ?? {}) && byFields(object));
    },
  };
}

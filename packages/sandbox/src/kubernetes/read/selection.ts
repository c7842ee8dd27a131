import type { KubeObject } from '../api.ts';
import type { Resource } from '../registry/resource.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

/** Which objects of a resource a list, a watch or a deletecollection is about. */
export interface Selection {
  readonly namespace: string | undefined;
  /** False when every object of the namespace matches. */
  readonly isFiltered: boolean;
  matches(object: KubeObject): boolean;
}

/** What of a request selects objects. */
export interface SelectionQuery {
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

/** Compiles the selectors of a request; throws 400 for what cannot be parsed or selected by. */
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

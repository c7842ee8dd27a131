/** Decides which watch events need a reconciliation. */
import { isOurAnnotation } from '../api/annotation-aliases.ts';
import { type Condition, EXPOSED } from '../api/conditions.ts';
import { FINALIZER } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { sameJson } from './equal.ts';

/** Whether two states of an object differ only in what the operator ignores, such as its own status writes. */
export function isSameRequest(before: KubeObject | undefined, after: KubeObject): boolean {
  if (before === undefined) return false;
  const [a, b] = [before.metadata, after.metadata];
  return (
    a.uid === b.uid &&
    a.generation === b.generation &&
    a.deletionTimestamp === b.deletionTimestamp &&
    sameJson(a.annotations, b.annotations) &&
    sameJson(a.finalizers, b.finalizers) &&
    sameJson(specOf(before), specOf(after))
  );
}

/** The spec is compared because a Service has no generation. */
function specOf(object: KubeObject): unknown {
  return (object as { readonly spec?: unknown }).spec;
}

/**
 * Whether an object carries one of our annotations, our finalizer or our condition. The condition alone is left when
 * the annotations are removed while it is being written.
 */
export function concernsUs(object: KubeObject | undefined): boolean {
  const { annotations = {}, finalizers = [] } = object?.metadata ?? {};
  return finalizers.includes(FINALIZER) || Object.keys(annotations).some(isOurAnnotation) || hasCondition(object);
}

function hasCondition(object: KubeObject | undefined): boolean {
  const { status } = (object ?? {}) as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return status?.conditions?.some(({ type }) => type === EXPOSED) ?? false;
}

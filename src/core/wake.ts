/** Decides which watch events need a reconciliation. */
import { isOurAnnotation } from '../api/annotation-aliases.ts';
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

/** Whether an object carries one of our annotations or our finalizer. */
export function concernsUs(object: KubeObject | undefined): boolean {
  const { annotations = {}, finalizers = [] } = object?.metadata ?? {};
  return finalizers.includes(FINALIZER) || Object.keys(annotations).some(isOurAnnotation);
}

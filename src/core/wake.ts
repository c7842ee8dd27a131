/** Decides which events are worth waking anybody. */
import { isOurAnnotation } from '../api/annotation-aliases.ts';
import { FINALIZER } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { sameJson } from './equal.ts';

/** Whether two states of an object ask for the same: our own status writes come back as events, too. */
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

/** A Service has no generation. */
function specOf(object: KubeObject): unknown {
  return (object as { readonly spec?: unknown }).spec;
}

/** Whether an object carries an annotation or the finalizer of ours. */
export function concernsUs(object: KubeObject | undefined): boolean {
  const { annotations = {}, finalizers = [] } = object?.metadata ?? {};
  return finalizers.includes(FINALIZER) || Object.keys(annotations).some(isOurAnnotation);
}

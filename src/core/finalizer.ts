import { FINALIZER } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';

export function hasFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(FINALIZER) === true;
}

/** Finalizers that belong to others. */
export function otherFinalizers({ metadata }: KubeObject): readonly string[] {
  return (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
}

/** Decides which Services carry our finalizer: those of which something is published, or is just about to be. */
import { FINALIZER } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Hold } from '../published-routes/hold.ts';

export function hasFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(FINALIZER) === true;
}

/** What is known of a Service that asks to be exposed. */
export interface PublicationState {
  /** It has routes at a Tunnel that can publish them; `undefined`: it has not been looked at yet. */
  readonly hasRoutes: boolean | undefined;
  /** Whether a rule or a record of it may exist. Asked only when it matters. */
  readonly hold: () => Hold;
}

/**
 * The finalizer goes on before the first rule is published, and off when nothing of the Service is left. A Service that
 * is refused, or whose Tunnel does not exist, never gets one.
 */
export function finalizerAction(
  service: KubeObject,
  { hasRoutes, hold }: PublicationState,
): 'guard' | 'release' | 'leave' {
  if (!hasFinalizer(service)) return hasRoutes === true ? 'guard' : 'leave';
  return hasRoutes === false && hold().kind === 'none' ? 'release' : 'leave';
}

/** Decides which sources carry our finalizer: those with a published route, or with one about to be published. */
import type { KubeObject } from '../../api/objects.ts';
import { hasFinalizer } from '../finalizer.ts';
import type { Hold } from '../published-routes/hold.ts';

export interface PublicationState {
  /** Whether it has routes at a Tunnel that can publish them; `undefined`: no routing table has decided yet. */
  readonly hasRoutes: boolean | undefined;
  /** What may still exist of it. Costs a look at every Tunnel, so it is a function. */
  readonly hold: () => Hold;
}

/**
 * The finalizer is added before the first rule is published, and removed when nothing of the source is left. A source
 * that is refused, or whose Tunnel does not exist, never gets one.
 */
export function finalizerAction(object: KubeObject, { hasRoutes, hold }: PublicationState): 'add' | 'remove' | 'none' {
  if (!hasFinalizer(object)) return hasRoutes === true ? 'add' : 'none';
  return hasRoutes === false && hold().kind === 'none' ? 'remove' : 'none';
}

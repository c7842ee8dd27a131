import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { holds } from '../../core/manifests/drift.ts';
import { isRepair, objectChange, objectRemoved } from '../../core/manifests/object-change.ts';
import { isOwnedBy } from '../../core/manifests/owned.ts';
import { stamp } from '../../core/manifests/stamp.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';

/**
 * Brings an owned object to its manifest: created if it is missing, repaired if it lacks something, else left alone.
 * An object of that name which is not this Tunnel's is never taken over.
 */
export async function writeOwned(
  ctx: TunnelContext,
  tunnel: Tunnel,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const observed = ctx.cached(manifest) ?? (await ctx.objects.find(manifest, signal));
  if (observed !== undefined) refuseForeign(observed, tunnel);
  const stamped = stamp(manifest, ctx.hash);
  if (observed !== undefined && holds(observed, stamped)) return;
  await ctx.objects.apply(stamped, signal);
  ctx.changed(tunnel, objectChange(observed, stamped), signal);
  if (observed !== undefined && isRepair(observed, stamped)) ctx.driftRepaired('object');
}

/** Removes an owned object that is no longer wanted; a foreign one of that name is none of our business. */
export async function removeOwned(
  ctx: TunnelContext,
  tunnel: Tunnel,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const observed = ctx.cached(manifest);
  if (observed === undefined || !isOwnedBy(observed, tunnel)) return;
  await ctx.objects.delete(observed, 'Background', signal);
  ctx.changed(tunnel, objectRemoved(observed), signal);
}

export function refuseForeign(observed: KubeObject, tunnel: Tunnel): void {
  if (isOwnedBy(observed, tunnel)) return;
  const { kind, metadata } = observed;
  throw new OperatorError(
    'NameTaken',
    'wait',
    `${kind} ${metadata.namespace}/${metadata.name} exists and does not belong to this Tunnel. Remove it, or give the Tunnel another name`,
  );
}

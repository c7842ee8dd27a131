import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { objectChange, objectRemoved } from '../../core/manifests/object-change.ts';
import { ownershipOf } from '../../core/manifests/ownership.ts';
import { stamp } from '../../core/manifests/stamp.ts';
import { claim } from './adopt.ts';
import { hasSameDifferences, isUpToDate, noteAnswer, wasWrittenAs } from './api-answers.ts';
import type { TunnelContext } from './context.ts';

/**
 * Brings an owned object to its manifest: created if it is missing, adopted if it has lost its owner, repaired if it
 * lacks something, else left alone. An object of that name which is not this Tunnel's is never taken over.
 */
export async function writeOwned(
  ctx: TunnelContext,
  tunnel: Tunnel,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const found = ctx.cached(manifest) ?? (await ctx.objects.find(manifest, signal));
  const observed = found && (await claim(ctx, tunnel, found, signal));
  const stamped = stamp(manifest, ctx.hash);
  const answers = ctx.answers.of(keyOf(tunnel));
  if (observed !== undefined && (await isUpToDate({ ...ctx, answers, signal }, observed, stamped))) return;
  const answer = await ctx.objects.apply(stamped, signal);
  noteAnswer(answers, stamped, answer);
  if (observed !== undefined && hasSameDifferences(observed, answer, stamped)) return;
  ctx.changed(tunnel, objectChange(observed, stamped), signal);
  if (observed !== undefined && wasWrittenAs(observed, stamped)) ctx.driftRepaired('object');
}

/** Removes an owned object that is no longer wanted; a foreign one of that name is none of our business. */
export async function removeOwned(
  ctx: TunnelContext,
  tunnel: Tunnel,
  manifest: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const observed = ctx.cached(manifest);
  if (observed === undefined || ownershipOf(observed, tunnel, ctx.hash).kind === 'foreign') return;
  await ctx.objects.delete(observed, 'Background', signal);
  ctx.changed(tunnel, objectRemoved(observed), signal);
}

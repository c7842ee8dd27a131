/** The end of a Tunnel: its Services lose our finalizer first, and then the Tunnel does. */
import type { TunnelPart } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { listed } from '../../core/quote.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { Stages } from '../../runtime/stages.ts';
import type { TunnelContext } from './context.ts';
import { describeDeleting } from './describe.ts';
import { forgetWaits, waitOf } from './waits.ts';

/** A Service that is released wakes the Tunnel; this polls for the ones that cannot be released. */
const RELEASE_RECHECK_MS = 1_000;

/** After this long the Services that cannot be released are named in the condition. */
const GRACE_MS = 5_000;

/** A Service that cannot be written must not block the deletion of a Tunnel forever. */
const PATIENCE_MS = 60_000;

/** Nothing of the Tunnel is published any more. Safe to call again. */
export async function release(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Outcome> {
  const key = keyOf(tunnel);
  ctx.cleanedUp.set(key, tunnel.metadata.uid);
  const waiting = ctx.releasable();
  const startOrContinue = ctx.waits.startOrContinue(waitOf(key, 'release'));
  if (waiting.length === 0 || startOrContinue >= PATIENCE_MS) {
    await dropFinalizer(ctx, tunnel, pass);
    return {};
  }
  if (startOrContinue < GRACE_MS) {
    ctx.wakeServices(waiting);
    return { recheckAfterMs: RELEASE_RECHECK_MS };
  }
  const stages = new Stages<TunnelPart>(pass.signal);
  stages.fail('TunnelReady', heldUp(waiting));
  await describeDeleting(ctx, tunnel, stages, pass);
  return { recheckAfterMs: RELEASE_RECHECK_MS, failures: stages.failures };
}

function heldUp(services: readonly string[]): OperatorError {
  const message = `Waits until the finalizer ${FINALIZER} is off Services ${listed(services)}: the API server refuses to take it off`;
  return new OperatorError('Deleting', 'wait', message);
}

async function dropFinalizer(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  const key = keyOf(tunnel);
  ctx.postObservation(key, undefined);
  forgetWaits(ctx, key);
  const current = ctx.tunnels.get(key) ?? tunnel;
  const others = (current.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  await ctx.objects.setFinalizers(current, others, pass.signal);
}

/** The end of a Tunnel: its Services lose our finalizer first, and then the Tunnel does. */
import { FINALIZER } from '../../../api/names.ts';
import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import { otherFinalizers } from '../../../core/finalizer.ts';
import { listed } from '../../../core/quote.ts';
import type { Outcome } from '../../../runtime/controller.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { type StatusPort, describeDeleting } from '../status/describe.ts';
import type { Cache, Objects } from '../pass/ports.ts';
import { type TunnelPass, withFreshStages } from '../pass/tunnel-pass.ts';

export interface ReleasePort extends StatusPort {
  readonly tunnels: Cache<Tunnel>;
  readonly objects: Pick<Objects, 'setFinalizers' | 'applyStatus'>;
  /** Services that still carry our finalizer although nothing of them is published. */
  readonly releasable: () => readonly ObjectKey[];
}

/** A Service that is released wakes the Tunnel; this polls for the Services that cannot be released. */
const RELEASE_RECHECK_MS = 1_000;

/** After this long the Services that cannot be released are named in the condition. */
const GRACE_MS = 5_000;

/** A Service that cannot be written must not block the deletion of a Tunnel forever. */
const TIMEOUT_MS = 60_000;

/** Nothing of the Tunnel is published any more. Safe to call again. */
export async function release(port: ReleasePort, pass: TunnelPass): Promise<Outcome> {
  const { memory } = pass;
  memory.isCleanedUp = true;
  const waiting = port.releasable();
  const waitedMs = memory.waits.startOrContinue('release');
  if (waiting.length === 0 || waitedMs >= TIMEOUT_MS) return removeFinalizer(port, pass);
  if (waitedMs < GRACE_MS) {
    port.wakeServices(waiting);
    return { recheckAfterMs: RELEASE_RECHECK_MS };
  }
  const last = withFreshStages(pass);
  last.stages.fail('TunnelReady', heldUp(waiting));
  await describeDeleting(port, last);
  return { recheckAfterMs: RELEASE_RECHECK_MS, failures: last.stages.failures };
}

function heldUp(services: readonly string[]): OperatorError {
  const message = `Waiting for the finalizer ${FINALIZER} to be removed from Services ${listed(services)}, which the API server refuses`;
  return new OperatorError('Deleting', 'wait', message);
}

async function removeFinalizer(port: ReleasePort, { key, tunnel, signal }: TunnelPass): Promise<Outcome> {
  port.postObservation(key, undefined);
  const current = port.tunnels.get(key) ?? tunnel;
  await port.objects.setFinalizers(current, otherFinalizers(current), signal);
  return {};
}

/** Lets go of a source that does not request to be exposed any more, or is being deleted. */
import { hasFinalizer, otherFinalizers } from '../../core/finalizer.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import type { SourceKey } from '../../core/model/source.ts';
import { listed } from '../../core/quote.ts';
import { NO_EXPOSURE } from '../../core/sources/source.ts';
import type { Note } from '../../core/status/notes.ts';
import { hasTimedOut } from '../../core/tunnel/clean-up-timeout.ts';
import type { Outcome } from '../../runtime/controller.ts';
import type { Subject, WithdrawalContext } from './context.ts';
import { removeFinalizer } from './finalizer.ts';
import { writeStatus } from './status.ts';

/** A change of the published rules wakes a held source; this covers rules that somebody has removed by hand. */
const HELD_RECHECK_MS = 5_000;

/** Removes the condition and the finalizer. The finalizer stays until the rule and the record are gone. */
export async function withdraw(ctx: WithdrawalContext, subject: Subject): Promise<Outcome> {
  const { key, object, signal } = subject;
  ctx.waits.end(key);
  if (hasFinalizer(object) && (await isHeld(ctx, subject))) return { recheckAfterMs: HELD_RECHECK_MS };
  if (willRemain(object)) await writeStatus(ctx, subject, NO_EXPOSURE);
  ctx.sources.forget(key);
  if (hasFinalizer(object)) await removeFinalizer(ctx, { object: ctx.sources.get(key) ?? object, signal });
  ctx.waits.end(uncertaintyOf(key));
  return {};
}

/** Key of the wait for Tunnels whose rules are lost. */
export function uncertaintyOf(key: SourceKey): string {
  return `${key} uncertain`;
}

/**
 * Whether a rule of the source may still be published. A Tunnel that has lost its rules is waited for only as long as
 * for missing credentials. It finds records that no rule names by their mark, and removes them when it is resumed or
 * deleted.
 */
async function isHeld(ctx: WithdrawalContext, { key, source, object, signal }: Subject): Promise<boolean> {
  const hold = ctx.publicationStateOf(key).hold();
  if (hold.kind !== 'uncertain') {
    ctx.waits.end(uncertaintyOf(key));
    return hold.kind === 'held';
  }
  if (!hasTimedOut(ctx.waits.startOrContinue(uncertaintyOf(key)))) return true;
  await ctx.record(object, recordMayRemain(source.kind, hold.tunnels), signal);
  return false;
}

function recordMayRemain(kind: string, tunnels: readonly ObjectKey[]): Note {
  const message = `It is not known whether a DNS record of this ${kind} still exists, because the ConfigMap with the rules of Tunnel ${listed(tunnels)} is gone. A record that still exists is removed when the Tunnel works again, is resumed or deleted`;
  return { type: 'Warning', reason: 'LeftBehind', message };
}

/** An object that is being deleted remains while it has finalizers of others; otherwise it needs no status any more. */
function willRemain(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp === undefined || otherFinalizers(object).length > 0;
}

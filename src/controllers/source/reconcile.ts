import type { SourceKey } from '../../core/model/source.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { SourceContext, Subject } from './context.ts';
import { reportExposure } from './exposure.ts';
import { adjustFinalizer } from './finalizer.ts';
import { uncertaintyOf, withdraw } from './withdrawal.ts';

/**
 * Keeps the finalizer and the condition of one source up to date. The finalizer is added just before anything of the
 * source is published, and removed when nothing of it is published any more; publishing is the Tunnel controller's
 * work.
 */
export async function reconcileSource(ctx: SourceContext, key: SourceKey, { signal }: Pass): Promise<Outcome> {
  const found = ctx.sources.find(key);
  if (found === undefined) {
    for (const wait of [key, uncertaintyOf(key)]) ctx.waits.end(wait);
    ctx.sources.forget(key);
    return {};
  }
  const subject: Subject = { ...found, signal };
  if (!ctx.sources.requestsExposure(found)) return withdraw(ctx, subject);
  ctx.waits.end(uncertaintyOf(key));
  await adjustFinalizer(ctx, subject);
  return reportExposure(ctx, { ...subject, object: ctx.sources.get(key) ?? found.object });
}

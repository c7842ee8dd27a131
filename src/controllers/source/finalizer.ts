import { FINALIZER } from '../../api/names.ts';
import { otherFinalizers } from '../../core/finalizer.ts';
import { finalizerAction } from '../../core/routing/finalizer.ts';
import type { FinalizerContext, Subject } from './context.ts';

/** Adds or removes the finalizer of a source that requests to be exposed. */
export async function adjustFinalizer(ctx: FinalizerContext, subject: Subject): Promise<void> {
  const action = finalizerAction(subject.object, ctx.publicationStateOf(subject.key));
  if (action === 'add') await addFinalizer(ctx, subject);
  if (action === 'remove') await removeFinalizer(ctx, subject);
}

async function addFinalizer(ctx: FinalizerContext, { key, object, signal }: Subject): Promise<void> {
  await ctx.objects.setFinalizers(object, [...otherFinalizers(object), FINALIZER], signal);
  ctx.finalizerAdded(key);
}

export async function removeFinalizer(
  ctx: FinalizerContext,
  { object, signal }: Pick<Subject, 'object' | 'signal'>,
): Promise<void> {
  await ctx.objects.setFinalizers(object, otherFinalizers(object), signal);
  ctx.finalizerRemoved();
}

import type { Exposure } from '../../core/sources/source.ts';
import type { ConditionContext, Subject } from './context.ts';

/** Writes what the status of a source says of its exposure, unless it says that already. */
export async function writeStatus(
  { objects }: Pick<ConditionContext, 'objects'>,
  { source, object, signal }: Subject,
  exposure: Exposure,
): Promise<boolean> {
  if (source.isReported(object, exposure)) return false;
  const status = source.statusWith(object, exposure);
  if (source.isStatusShared === true) await objects.replaceStatus(object, status, signal);
  else await objects.applyStatus(object, status, signal);
  return true;
}

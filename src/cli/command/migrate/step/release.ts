import type { Release } from '../../../../core/migrate/takeover.ts';
import type { StepContext } from './context.ts';

/** The version is sent along, so that a finalizer that somebody adds meanwhile is not lost. */
export async function letGo({ objects }: StepContext, release: Release): Promise<boolean> {
  const { apiVersion, kind, key } = release;
  const object = await objects.find({ apiVersion, kind, key });
  if (object === undefined) return false;
  const { finalizers = [], resourceVersion, annotations = {}, labels = {} } = object.metadata;
  const left = finalizers.filter((one) => !release.finalizers.includes(one));
  const wanted = { ...nothing(release.annotations, annotations), ...changed(release.set ?? {}, annotations) };
  const unlabelled = nothing(release.labels, labels);
  const isDone = left.length === finalizers.length && Object.keys({ ...wanted, ...unlabelled }).length === 0;
  if (isDone) return false;
  const metadata = { resourceVersion, finalizers: left, annotations: wanted, labels: unlabelled };
  await objects.patch({ apiVersion, kind, key }, { metadata });
  return true;
}

function nothing(keys: readonly string[], present: Readonly<Record<string, string>>): Readonly<Record<string, null>> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(present, key)).map((key) => [key, null]));
}

function changed(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}

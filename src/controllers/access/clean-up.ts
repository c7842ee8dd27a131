/** The end of an object that something at Cloudflare belongs to. */
import { FINALIZER } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { otherFinalizers } from '../../core/finalizer.ts';
import { keyOf } from '../../core/keys.ts';
import { hasTimedOut, lacksCredentials } from '../../core/tunnel/clean-up-timeout.ts';
import type { OperatorError } from '../../runtime/errors.ts';
import type { AccessPort } from './ports.ts';

/** Sets the finalizer before anything is created that it is to clean up. False: the object is gone. */
export async function ensureFinalizer(
  { objects }: Pick<AccessPort, 'objects'>,
  object: KubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  const { finalizers = [] } = object.metadata;
  return finalizers.includes(FINALIZER) || objects.setFinalizers(object, [...finalizers, FINALIZER], signal);
}

export async function release(
  { objects, waits }: Pick<AccessPort, 'objects' | 'waits'>,
  object: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  waits.end(timerOf(object));
  await objects.setFinalizers(object, otherFinalizers(object), signal);
}

/** Whether a clean-up has waited too long for credentials, which may never come back. */
export function isGivenUp(
  { waits }: Pick<AccessPort, 'waits'>,
  object: KubeObject,
  failures: readonly OperatorError[],
): boolean {
  if (lacksCredentials(failures.map(({ reason }) => reason)))
    return hasTimedOut(waits.startOrContinue(timerOf(object)));
  waits.end(timerOf(object));
  return false;
}

/** Says what stays at Cloudflare, where it is seen after the object is gone. */
export async function reportLeftBehind(
  port: Pick<AccessPort, 'record' | 'recordAboutOperator'>,
  object: KubeObject,
  { what, signal }: { readonly what: string; readonly signal: AbortSignal },
): Promise<void> {
  const message = `${object.kind} ${keyOf(object)} left behind at Cloudflare: ${what}`;
  const note = { type: 'Warning', reason: 'LeftBehind', message } as const;
  await port.record(object, note, signal);
  await port.recordAboutOperator(note, signal);
}

function timerOf(object: KubeObject): string {
  return `${object.kind} ${object.metadata.uid}`;
}

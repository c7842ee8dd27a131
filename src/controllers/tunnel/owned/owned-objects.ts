/** Brings the objects that a Tunnel owns to their manifests. */
import type { KubeObject } from '../../../api/objects.ts';
import { objectChange, objectRemoved } from '../../../core/manifests/object-change.ts';
import { ownershipOf } from '../../../core/manifests/ownership.ts';
import { stamp } from '../../../core/manifests/stamp.ts';
import { hasSameDifferences, isUpToDate, noteAnswer, wasWrittenAs } from './api-answers.ts';
import { type OwnershipPort, claim } from './ownership.ts';
import type { Objects, Recorder } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface OwnedObjectsPort extends OwnershipPort, Pick<Recorder, 'changed'> {
  /** The cached object of a manifest's kind and name, of the kinds that are watched. */
  readonly cached: (manifest: KubeObject) => KubeObject | undefined;
  readonly objects: Pick<Objects, 'find' | 'apply' | 'dryRun' | 'setOwners' | 'delete'>;
  /** Counts objects that somebody else had changed. */
  readonly driftRepaired: (kind: 'object') => void;
}

/**
 * Creates the object if it is missing, adopts it if it has lost its owner, and repairs it if it lacks something. An
 * object of that name which is not this Tunnel's is never taken over.
 */
export async function writeOwned(port: OwnedObjectsPort, pass: TunnelPass, manifest: KubeObject): Promise<void> {
  const { signal, tunnel, memory } = pass;
  const found = port.cached(manifest) ?? (await port.objects.find(manifest, signal));
  const observed = found && (await claim(port, pass, found));
  const stamped = stamp(manifest, port.hash);
  const { answers } = memory;
  const dryRun = (object: KubeObject): Promise<KubeObject | undefined> => port.objects.dryRun(object, signal);
  if (observed !== undefined && (await isUpToDate({ answers, dryRun }, observed, stamped))) return;
  const isRepair = observed !== undefined && wasWrittenAs(answers, observed, stamped);
  const answer = await port.objects.apply(stamped, signal);
  noteAnswer(answers, stamped, answer);
  if (observed !== undefined && hasSameDifferences(observed, answer, stamped)) return;
  port.changed(tunnel, objectChange(observed, stamped), signal);
  if (isRepair) port.driftRepaired('object');
}

/** Removes an owned object that is no longer wanted; a foreign object of that name is left alone. */
export async function removeOwned(
  port: OwnedObjectsPort,
  { tunnel, signal }: TunnelPass,
  manifest: KubeObject,
): Promise<void> {
  const observed = port.cached(manifest);
  if (observed === undefined || ownershipOf(observed, tunnel, port.hash).kind === 'foreign') return;
  await port.objects.delete(observed, 'Background', signal);
  port.changed(tunnel, objectRemoved(observed), signal);
}

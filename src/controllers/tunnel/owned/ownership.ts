/** Makes a Tunnel the owner of its objects. */
import type { KubeObject } from '../../../api/objects.ts';
import { ownersWith, ownershipOf } from '../../../core/manifests/ownership.ts';
import { isRetained } from '../../../core/manifests/retention.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Objects } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface OwnershipPort {
  readonly objects: Pick<Objects, 'setOwners'>;
  readonly hash: (text: string) => string;
}

/**
 * The object with this Tunnel as its owner, adopted if need be. A foreign object is never taken over. The namespace,
 * which owns the objects of a suspended Tunnel too, is removed from the owners.
 */
export async function claim(
  { objects, hash }: OwnershipPort,
  { tunnel, signal }: TunnelPass,
  object: KubeObject,
): Promise<KubeObject> {
  const ownership = ownershipOf(object, tunnel, hash);
  if (ownership.kind === 'owned' && !isRetained(object)) return object;
  if (ownership.kind === 'foreign') throw nameTaken(object, ownership.why);
  return objects.setOwners(object, ownersWith(object, tunnel), signal);
}

/** Never advises to delete the object: after a restore it may hold the only copy of a tunnel's secret. */
export function nameTaken({ kind, metadata }: KubeObject, why: string): OperatorError {
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  const message = `${name} exists and does not belong to this Tunnel: ${why}. Give the Tunnel another name`;
  return new OperatorError('NameTaken', 'wait', message);
}

/** Adds a Tunnel's owner reference to its objects, and removes it from objects that are to outlive the Tunnel. */
import type { KubeObject } from '../../../api/objects.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../../core/manifests/ownership.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import { splitKey } from '../../../core/keys.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Objects } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface OwnershipPort {
  readonly objects: Pick<Objects, 'setOwners'>;
  readonly hash: (text: string) => string;
}

/** The object with this Tunnel as its owner, adopted if need be. A foreign object is never taken over. */
export async function claim(
  { objects, hash }: OwnershipPort,
  { tunnel, signal }: TunnelPass,
  object: KubeObject,
): Promise<KubeObject> {
  const ownership = ownershipOf(object, tunnel, hash);
  if (ownership.kind === 'owned') return object;
  if (ownership.kind === 'foreign') throw nameTaken(object, ownership.why);
  return objects.setOwners(object, ownersWith(object, tunnel), signal);
}

/** Never advises to delete the object: after a restore it may hold the only copy of a tunnel's secret. */
export function nameTaken({ kind, metadata }: KubeObject, why: string): OperatorError {
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  const message = `${name} exists and does not belong to this Tunnel: ${why}. Give the Tunnel another name`;
  return new OperatorError('NameTaken', 'wait', message);
}

export interface OrphaningPort extends Pick<OwnershipPort, 'objects'> {
  readonly cached: (manifest: KubeObject) => KubeObject | undefined;
}

/** Removes the Tunnel's owner reference from all of its objects, so that they outlive it. */
export async function orphanOwned({ objects, cached }: OrphaningPort, pass: TunnelPass): Promise<void> {
  const { tunnel, signal } = pass;
  const secret = await pass.secrets.get(pass.credentials, signal);
  const found = [secret, ...workloadObjects(pass).map(cached)].filter((object) => object !== undefined);
  for (const object of found)
    if (isOwnedBy(object, tunnel)) await objects.setOwners(object, ownersWithout(object, tunnel), signal);
}

const WORKLOAD_KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
] as const;

/** What the owned objects but the Secret are called. */
function workloadObjects({ workload }: TunnelPass): readonly KubeObject[] {
  return WORKLOAD_KINDS.map((kind) => ({ ...kind, metadata: splitKey(workload) }));
}

/** Lets the objects of a suspended Tunnel outlive it: see `core/manifests/retention.ts`. */
import type { KubeObject } from '../../../api/objects.ts';
import { splitKey } from '../../../core/keys.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../../core/manifests/ownership.ts';
import { proxyObject } from '../../../core/manifests/proxy-objects.ts';
import { isRetained, ownersRetained } from '../../../core/manifests/retention.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Objects } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface RetentionPort {
  /** The cached object of a manifest's kind and name, of the kinds that are watched. */
  readonly cached: (manifest: KubeObject) => KubeObject | undefined;
  readonly objects: Pick<Objects, 'find' | 'setOwners'>;
  readonly hash: (text: string) => string;
}

/** Protects the objects of a suspended Tunnel before anybody can delete it. Writes nothing the second time. */
export async function retainOwned(port: RetentionPort, pass: TunnelPass): Promise<void> {
  const found = await findOwned(port, pass);
  const unprotected = found.filter((object) => isOwnedBy(object, pass.tunnel) && !isRetained(object));
  if (unprotected.length === 0) return;
  const namespace = await namespaceOf(port, pass);
  for (const object of unprotected)
    await port.objects.setOwners(object, ownersRetained(object, namespace), pass.signal);
}

/** Lets the objects of a Tunnel that is being deleted stay if it is suspended, and be deleted with it otherwise. */
export function settleOwners(port: RetentionPort, pass: TunnelPass): Promise<void> {
  return pass.tunnel.spec.suspend === true ? release(port, pass) : endRetention(port, pass);
}

/** The garbage collector may have removed the reference to the Tunnel already. */
async function release(port: RetentionPort, pass: TunnelPass): Promise<void> {
  const { tunnel, signal } = pass;
  const isRetainedOurs = (object: KubeObject): boolean =>
    isRetained(object) && ownershipOf(object, tunnel, port.hash).kind !== 'foreign';
  for (const object of await findOwned(port, pass))
    if (isOwnedBy(object, tunnel) || isRetainedOurs(object))
      await port.objects.setOwners(object, ownersWithout(object, tunnel), signal);
}

async function endRetention(port: RetentionPort, pass: TunnelPass): Promise<void> {
  const { tunnel, signal } = pass;
  const retained = (await findOwned(port, pass)).filter((object) => isOwnedBy(object, tunnel) && isRetained(object));
  const write = async (object: KubeObject): Promise<unknown> =>
    port.objects.setOwners(object, ownersWith(object, tunnel), signal);
  for (const object of retained) await write(object).catch(undefinedIfRefused);
}

/** Every object under one of the Tunnel's names, including kinds that are not watched. */
async function findOwned({ cached, objects }: RetentionPort, pass: TunnelPass): Promise<readonly KubeObject[]> {
  const secret = pass.secrets.get(pass.credentials, pass.signal).catch(undefinedIfRefused);
  const find = async (one: KubeObject): Promise<KubeObject | undefined> =>
    cached(one) ?? objects.find(one, pass.signal).catch(undefinedIfRefused);
  const named = WORKLOAD_KINDS.map((kind) => find({ ...kind, metadata: splitKey(pass.workload) }));
  const proxy = (['ConfigMap', 'Secret'] as const).map((kind) => find(proxyObject(pass.tunnel, kind)));
  return (await Promise.all([secret, ...named, ...proxy])).filter((object) => object !== undefined);
}

/** An object that may not be read or written holds up neither the others nor the end of a Tunnel. */
function undefinedIfRefused(error: unknown): undefined {
  if (error instanceof OperatorError && error.reason === 'KubernetesRefused') return undefined;
  throw error;
}

const WORKLOAD_KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
] as const;

/** Read live by an operator that watches one namespace. */
async function namespaceOf({ cached, objects }: RetentionPort, { tunnel, signal }: TunnelPass): Promise<KubeObject> {
  const name = tunnel.metadata.namespace ?? '';
  const reference = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const found = cached(reference) ?? (await objects.find(reference, signal));
  if (found === undefined) throw new OperatorError('KubernetesRefused', 'retry', `Namespace ${name} does not exist`);
  return found;
}

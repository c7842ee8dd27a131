/** Lets the objects of a suspended Tunnel outlive it: see `core/manifests/retention.ts`. */
import type { KubeObject, OwnerReference, Tunnel } from '../../api/objects.ts';
import { isOwnedBy, ownedNames } from '../../core/owned.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../core/manifests/ownership.ts';
import { isRetained, ownersRetained } from '../../core/manifests/retention.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';

/** Protects the objects of a suspended Tunnel before anybody can delete it. Writes nothing the second time. */
export async function retainOwned(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  const found = await findOwned(ctx, tunnel, pass);
  const unprotected = found.filter((object) => isOwnedBy(object, tunnel) && !isRetained(object));
  if (unprotected.length === 0) return;
  const namespace = await namespaceOf(ctx, tunnel, pass);
  await setOwners(ctx, unprotected, (object) => ownersRetained(object, namespace), pass);
}

/** The Tunnel is being deleted: its objects stay if it is suspended, and go with it if not. */
export async function settleOwners(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  const found = await findOwned(ctx, tunnel, pass);
  if (tunnel.spec.suspend === true) {
    // The garbage collector may have removed the reference to the Tunnel already.
    const ours = found.filter((object) => isOwnedBy(object, tunnel) || isRetainedOurs(ctx, tunnel, object));
    return setOwners(ctx, ours, (object) => ownersWithout(object, tunnel), pass);
  }
  const retained = found.filter((object) => isOwnedBy(object, tunnel) && isRetained(object));
  const written = setOwners(ctx, retained, (object) => ownersWith(object, tunnel), pass);
  return written.catch(undefinedIfRefused);
}

function isRetainedOurs(ctx: TunnelContext, tunnel: Tunnel, object: KubeObject): boolean {
  return isRetained(object) && ownershipOf(object, tunnel, ctx.hash).kind !== 'foreign';
}

async function setOwners(
  ctx: TunnelContext,
  objects: readonly KubeObject[],
  ownersOf: (object: KubeObject) => readonly OwnerReference[],
  { signal }: Pass,
): Promise<void> {
  for (const object of objects) await ctx.objects.setOwners(object, ownersOf(object), signal);
}

/** Everything under one of the Tunnel's names, also of kinds that are not watched. */
async function findOwned(ctx: TunnelContext, tunnel: Tunnel, { signal }: Pass): Promise<readonly KubeObject[]> {
  const { workload, credentials } = ownedNames(tunnel);
  const { namespace = '' } = tunnel.metadata;
  const secret = ctx.secrets.get(`${namespace}/${credentials}`, signal).catch(undefinedIfRefused);
  const named = WORKLOAD_KINDS.map((type) => ({ ...type, metadata: { name: workload, namespace } }));
  const find = async (one: KubeObject): Promise<KubeObject | undefined> =>
    ctx.cached(one) ?? ctx.objects.find(one, signal).catch(undefinedIfRefused);
  return (await Promise.all([secret, ...named.map(find)])).filter((object) => object !== undefined);
}

/** What may not be read or written must not hold up the others, nor the end of a Tunnel. */
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

/** Read live by an operator that watches one namespace alone. */
async function namespaceOf(ctx: TunnelContext, { metadata }: Tunnel, { signal }: Pass): Promise<KubeObject> {
  const name = metadata.namespace ?? '';
  const reference = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const found = ctx.cached(reference) ?? (await ctx.objects.find(reference, signal));
  if (found === undefined) throw new OperatorError('KubernetesRefused', 'retry', `Namespace ${name} does not exist`);
  return found;
}

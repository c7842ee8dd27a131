/** Adds a Tunnel's owner reference to its objects, and removes it from those that are to outlive it. */
import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { isOwnedBy, ownedNames } from '../../core/owned.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../core/manifests/ownership.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';

/** The object with this Tunnel as its owner: as it is, or adopted. What is somebody else's is never taken over. */
export async function claim(
  ctx: TunnelContext,
  tunnel: Tunnel,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  const ownership = ownershipOf(object, tunnel, ctx.hash);
  if (ownership.kind === 'owned') return object;
  if (ownership.kind === 'foreign') throw nameTaken(object, ownership.why);
  return ctx.objects.setOwners(object, ownersWith(object, tunnel), signal);
}

/** Never advises to delete the object: after a restore it may hold the only copy of a tunnel's secret. */
export function nameTaken({ kind, metadata }: KubeObject, why: string): OperatorError {
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  const message = `${name} exists and does not belong to this Tunnel: ${why}. Give the Tunnel another name`;
  return new OperatorError('NameTaken', 'wait', message);
}

/**
 * Adopts the rules before anything is concluded from them. Until then nobody knows what was published, so the routing
 * table, which keeps last good rules, is rebuilt.
 */
export async function adoptRules(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  const configMap = ctx.configMaps.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  if (configMap === undefined || ownershipOf(configMap, tunnel, ctx.hash).kind !== 'adoptable') return;
  await claim(ctx, tunnel, configMap, pass.signal);
  await ctx.reroute();
}

/** Lets everything that the Tunnel owns outlive it: the garbage collector would take the connectors with it. */
export async function orphanOwned(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  const { workload, credentials } = ownedNames(tunnel);
  const { namespace } = tunnel.metadata;
  const secret = await ctx.secrets.get(`${namespace}/${credentials}`, pass.signal);
  const named = WORKLOAD_KINDS.map(({ apiVersion, kind }) => ({
    apiVersion,
    kind,
    metadata: { name: workload, ...(namespace === undefined ? {} : { namespace }) },
  }));
  const found = [secret, ...named.map((one) => ctx.cached(one))].filter((object) => object !== undefined);
  for (const object of found)
    if (isOwnedBy(object, tunnel)) await ctx.objects.setOwners(object, ownersWithout(object, tunnel), pass.signal);
}

const WORKLOAD_KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
] as const;

/** Makes a Tunnel the owner of its objects. */
import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedNames } from '../../core/owned.ts';
import { ownersWith, ownershipOf } from '../../core/manifests/ownership.ts';
import { isRetained } from '../../core/manifests/retention.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';

/**
 * The object with this Tunnel as its owner: as it is, or adopted. What is somebody else's is never taken over. The
 * namespace that owns the objects of a suspended Tunnel as well is none of their owners any more.
 */
export async function claim(
  ctx: TunnelContext,
  tunnel: Tunnel,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  const ownership = ownershipOf(object, tunnel, ctx.hash);
  if (ownership.kind === 'owned' && !isRetained(object)) return object;
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

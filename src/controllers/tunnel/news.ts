import type { Secret, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ownedNames } from '../../core/manifests/owned.ts';
import type { Pass } from '../../runtime/controller.ts';
import type { Inputs, TunnelContext } from './context.ts';

/** Reads what a pass would go by. Secrets are read live, since nothing tells that they have changed. */
export async function readInputs(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Inputs> {
  const { namespace, uid, generation, annotations, finalizers } = tunnel.metadata;
  const { workload, credentials } = ownedNames(tunnel);
  const secretVersion = async (name: string): Promise<string | undefined> =>
    (await ctx.objects.get<Secret>('secrets', `${namespace}/${name}`, pass.signal))?.metadata.resourceVersion;
  const table = ctx.routing();
  return [
    uid,
    generation,
    JSON.stringify([annotations, finalizers]),
    table.published.get(keyOf(tunnel)),
    table.asking.get(keyOf(tunnel)),
    ctx.configMaps.get(`${namespace}/${workload}`)?.metadata.resourceVersion,
    ctx.deployments.get(`${namespace}/${workload}`)?.metadata.resourceVersion,
    await secretVersion(tunnel.spec.credentialsRef.name),
    await secretVersion(credentials),
  ];
}

/** Whether a Tunnel that waits for its back-off has been given something else to go by meanwhile. */
export function isNews(before: Inputs | undefined, now: Inputs): boolean {
  return before === undefined || now.some((input, index) => input !== before[index]);
}

import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ownedNames } from '../../core/owned.ts';
import { SETTLE_MS } from '../../core/tunnel/rollout.ts';
import type { Pass } from '../../runtime/controller.ts';
import type { Inputs, LastPass, TunnelContext } from './context.ts';

/** Secrets are read, not watched: a changed one is seen within this time. */
export const SECRET_POLL_MS = 10_000;

/** After a failure nothing is tried again before its time, unless there is something new to go by. */
export async function waitsForBackoff(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<LastPass | undefined> {
  const last = ctx.lastPass.get(keyOf(tunnel));
  if (last === undefined || pass.failures === 0 || pass.isRetry) return undefined;
  return haveInputsChanged(last.inputs, await readInputs(ctx, tunnel, pass)) ? undefined : last;
}

/** Keeps what a pass has gone by, and what it failed of. */
export async function rememberPass(
  ctx: TunnelContext,
  tunnel: Tunnel,
  result: Omit<LastPass, 'inputs'>,
  pass: Pass,
): Promise<void> {
  ctx.lastPass.set(keyOf(tunnel), { inputs: await readInputs(ctx, tunnel, pass), ...result });
}

/** Reads what a pass would go by. Secrets are read live, since nothing tells that they have changed. */
async function readInputs(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Inputs> {
  const { namespace, uid, generation, annotations, finalizers } = tunnel.metadata;
  const { workload, credentials } = ownedNames(tunnel);
  const secretVersion = async (name: string): Promise<string | undefined> =>
    (await ctx.secrets.get(`${namespace}/${name}`, pass.signal))?.metadata.resourceVersion;
  const table = ctx.routing();
  return [
    uid,
    generation,
    JSON.stringify([annotations, finalizers]),
    table.published.get(keyOf(tunnel)),
    table.resultsByTunnel.get(keyOf(tunnel)),
    ctx.configMaps.get(`${namespace}/${workload}`)?.metadata.resourceVersion,
    ctx.deployments.get(`${namespace}/${workload}`)?.metadata.resourceVersion,
    ctx.standstill.stillMs(keyOf(tunnel)) >= SETTLE_MS,
    await secretVersion(tunnel.spec.credentialsRef.name),
    await secretVersion(credentials),
  ];
}

/** Whether a Tunnel that waits for its back-off has been given something else to go by meanwhile. */
function haveInputsChanged(before: Inputs | undefined, now: Inputs): boolean {
  return before === undefined || now.some((input, index) => input !== before[index]);
}

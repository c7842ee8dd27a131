import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { deploymentFor } from '../../core/manifests/deployment.ts';
import { networkPolicyFor } from '../../core/manifests/network-policy.ts';
import { ownedNames } from '../../core/manifests/owned.ts';
import { podDisruptionBudgetFor } from '../../core/manifests/pod-disruption-budget.ts';
import { serviceAccountFor } from '../../core/manifests/service-account.ts';
import { type Rollout, rolloutOf } from '../../core/tunnel/rollout.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import type { TunnelContext } from './context.ts';
import { removeOwned, writeOwned } from './owned.ts';
import type { Identity } from './remote.ts';

/** Brings the connectors' objects to their manifests and says how far the connectors are. */
export async function runConnectors(
  ctx: TunnelContext,
  tunnel: Tunnel,
  identity: Identity,
  configHash: string,
  pass: Pass,
): Promise<Rollout> {
  const { replicas, cloudflared } = settingsOf(tunnel);
  const manifest = deploymentFor(tunnel, { config: configHash, credentials: identity.credentialsHash });
  const deployment = ctx.patchManifest(manifest, cloudflared.patches ?? []);
  const keep = (wanted: boolean, object: KubeObject): Promise<void> =>
    wanted ? writeOwned(ctx, tunnel, object, pass.signal) : removeOwned(ctx, tunnel, object, pass.signal);

  await keep(true, serviceAccountFor(tunnel));
  await keep(cloudflared.networkPolicy, networkPolicyFor(tunnel));
  await keep(true, deployment);
  await keep(cloudflared.podDisruptionBudget && replicas >= 2, podDisruptionBudgetFor(tunnel));
  return observeRollout(ctx, tunnel, configHash);
}

export function observeRollout(ctx: TunnelContext, tunnel: Tunnel, configHash: string): Rollout {
  const key = `${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`;
  return rolloutOf(ctx.deployments.get(key), configHash, settingsOf(tunnel).replicas);
}

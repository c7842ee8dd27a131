import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { deploymentFor } from '../../core/manifests/deployment.ts';
import { networkPolicyFor } from '../../core/manifests/network-policy.ts';
import { ownedNames } from '../../core/manifests/owned.ts';
import { podDisruptionBudgetFor } from '../../core/manifests/pod-disruption-budget.ts';
import { serviceAccountFor } from '../../core/manifests/service-account.ts';
import { type Rollout, rolloutOf } from '../../core/tunnel/rollout.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import type { StageReport } from '../../runtime/stages.ts';
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

export function reportConnectors(rollout: Rollout, wanted: number): StageReport {
  if (rollout.kind === 'stuck')
    return {
      status: 'False',
      reason: 'ConnectorsUnavailable',
      message: `The connectors do not come up: ${rollout.why}. Look at the pods and their logs`,
    };
  if (rollout.kind === 'rolling')
    return { status: 'False', reason: 'RollingOut', message: 'Connectors are being brought to the published rules' };
  return wanted === 0
    ? { status: 'True', reason: 'ScaledToZero', message: 'spec.replicas is 0: nothing is served' }
    : { status: 'True', reason: 'ConnectorsAvailable', message: 'Every connector serves the published rules' };
}

import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { deploymentFor } from '../../core/manifests/deployment.ts';
import { networkPolicyFor } from '../../core/manifests/network-policy.ts';
import { isOwnedBy, ownedNames } from '../../core/manifests/owned.ts';
import { podDisruptionBudgetFor } from '../../core/manifests/pod-disruption-budget.ts';
import { serviceAccountFor } from '../../core/manifests/service-account.ts';
import { connectorImage, imageProblem } from '../../core/tunnel/image.ts';
import { type Rollout, rolloutOf } from '../../core/tunnel/rollout.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
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
  refuseUnpinned(deployment);
  const keep = (wanted: boolean, object: KubeObject): Promise<void> =>
    wanted ? writeOwned(ctx, tunnel, object, pass.signal) : removeOwned(ctx, tunnel, object, pass.signal);

  await keep(true, serviceAccountFor(tunnel));
  await keep(cloudflared.networkPolicy, networkPolicyFor(tunnel));
  await keep(true, deployment);
  await keep(cloudflared.podDisruptionBudget && replicas >= 2, podDisruptionBudgetFor(tunnel));
  return observeRollout(ctx, tunnel, configHash);
}

/** Checked behind the patches, which may set any image. */
function refuseUnpinned(deployment: KubeObject): void {
  const image = connectorImage(deployment);
  const problem = image === undefined ? undefined : imageProblem(image);
  if (problem === undefined) return;
  throw new OperatorError(
    'InvalidSpec',
    'stall',
    `spec.cloudflared: the image ${problem}. Connectors stay as they are`,
  );
}

/** The image in the Deployment as the API server has it. */
export function runningImage(ctx: TunnelContext, tunnel: Tunnel): string | undefined {
  const deployment = ctx.deployments.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  return deployment !== undefined && isOwnedBy(deployment, tunnel) ? connectorImage(deployment) : undefined;
}

export function observeRollout(ctx: TunnelContext, tunnel: Tunnel, configHash: string): Rollout {
  const key = `${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`;
  return rolloutOf(ctx.deployments.get(key), configHash, settingsOf(tunnel).replicas);
}

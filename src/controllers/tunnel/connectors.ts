import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { deploymentFor } from '../../core/manifests/deployment.ts';
import { networkPolicyFor } from '../../core/manifests/network-policy.ts';
import { isOwnedBy, ownedNames, selectorLabels } from '../../core/owned.ts';
import { podDisruptionBudgetFor } from '../../core/manifests/pod-disruption-budget.ts';
import { serviceAccountFor } from '../../core/manifests/service-account.ts';
import { keyOf } from '../../core/keys.ts';
import { connectorImage, imageProblem } from '../../core/tunnel/image.ts';
import { type PodTrouble, podTrouble, podsToExplain } from '../../core/tunnel/pod-trouble.ts';
import { type Rollout, SETTLE_MS, rolloutOf, rolloutState } from '../../core/tunnel/rollout.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';
import { removeOwned, writeOwned } from './owned.ts';
import type { Identity } from './remote.ts';

/** How far the connectors are, and what keeps them. */
export interface ObservedConnectors {
  readonly rollout: Rollout;
  readonly isSettled: boolean;
  readonly hasAdvanced: boolean;
  readonly trouble: PodTrouble | undefined;
}

/** Brings the connectors' objects to their manifests and says how far the connectors are. */
export async function runConnectors(
  ctx: TunnelContext,
  tunnel: Tunnel,
  identity: Identity,
  configHash: string,
  pass: Pass,
): Promise<ObservedConnectors> {
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
  return observeConnectors(ctx, tunnel, configHash, pass);
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
  return rolloutOf(ctx.deployments.get(deploymentKey(tunnel)), configHash, settingsOf(tunnel).replicas);
}

/** Pods are looked at only while something is missing and nothing has moved for a while. */
async function observeConnectors(
  ctx: TunnelContext,
  tunnel: Tunnel,
  configHash: string,
  pass: Pass,
): Promise<ObservedConnectors> {
  const key = keyOf(tunnel);
  const rollout = observeRollout(ctx, tunnel, configHash);
  if (rollout.kind === 'complete' || settingsOf(tunnel).replicas === 0) {
    ctx.standstill.end(key);
    return { rollout, isSettled: true, hasAdvanced: false, trouble: undefined };
  }
  const state = rolloutState(ctx.deployments.get(deploymentKey(tunnel)), configHash);
  const { unchangedMs, hasAdvanced } = ctx.standstill.observe(key, state);
  const isSettled = unchangedMs >= SETTLE_MS;
  return { rollout, isSettled, hasAdvanced, trouble: isSettled ? await lookAtPods(ctx, tunnel, pass) : undefined };
}

async function lookAtPods(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<PodTrouble | undefined> {
  const namespace = tunnel.metadata.namespace ?? '';
  const labels = Object.entries(selectorLabels(tunnel)).map(([key, value]) => `${key}=${value}`);
  const pods = (await ctx.lists.pods(namespace, labels.join(), pass.signal)) ?? [];
  // One stands for all: they are made from one template.
  const [unclear] = podsToExplain(pods);
  const warnings = unclear === undefined ? [] : ((await ctx.lists.warnings(unclear, pass.signal)) ?? []);
  return podTrouble(pods, warnings, ctx.now());
}

function deploymentKey(tunnel: Tunnel): string {
  return `${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`;
}

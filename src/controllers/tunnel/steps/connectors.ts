/** Brings the connectors' objects to their manifests and observes how far the connectors are. */
import type { Deployment, KubeObject } from '../../../api/objects.ts';
import { type PodNeeds, deploymentFor } from '../../../core/manifests/deployment.ts';
import { networkPolicyFor } from '../../../core/manifests/network-policy.ts';
import { proxyObject } from '../../../core/manifests/proxy-objects.ts';
import { podDisruptionBudgetFor } from '../../../core/manifests/pod-disruption-budget.ts';
import { serviceAccountFor } from '../../../core/manifests/service-account.ts';
import { isOwnedBy, selectorText } from '../../../core/owned.ts';
import { connectorImage, imageProblem, proxyImage } from '../../../core/tunnel/image.ts';
import { type PodTrouble, podTrouble, podsToExplain } from '../../../core/tunnel/pod-trouble.ts';
import { type Rollout, SETTLE_MS, rolloutOf, rolloutState } from '../../../core/tunnel/rollout.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { type OwnedObjectsPort, removeOwned, writeOwned } from '../owned/owned-objects.ts';
import type { Cache, Lists } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface RolloutPort {
  readonly deployments: Cache<Deployment>;
}

export interface ConnectorsPort extends OwnedObjectsPort, RolloutPort {
  readonly lists: Lists;
  /** Applies RFC 6902 patches; throws `OperatorError` PatchInvalid. */
  readonly patchManifest: (manifest: KubeObject, patches: readonly unknown[]) => KubeObject;
  /** RFC 3339, second precision. */
  readonly now: () => string;
}

/** How far the connectors are, and what keeps them. */
export interface ObservedConnectors {
  readonly rollout: Rollout;
  readonly isSettled: boolean;
  readonly hasAdvanced: boolean;
  readonly trouble: PodTrouble | undefined;
}

export async function runConnectors(
  port: ConnectorsPort,
  pass: TunnelPass,
  needs: PodNeeds,
): Promise<ObservedConnectors> {
  const { tunnel, settings } = pass;
  const { replicas, cloudflared } = settings;
  const deployment = port.patchManifest(deploymentFor(tunnel, needs), cloudflared.patches ?? []);
  refuseUnpinned(deployment);
  const keep = (wanted: boolean, object: KubeObject): Promise<void> =>
    wanted ? writeOwned(port, pass, object) : removeOwned(port, pass, object);
  await keep(true, serviceAccountFor(tunnel));
  await keep(cloudflared.networkPolicy, networkPolicyFor(tunnel));
  await keep(true, deployment);
  await keep(cloudflared.podDisruptionBudget && replicas >= 2, podDisruptionBudgetFor(tunnel));
  const observed = await observeConnectors(port, pass, needs.config);
  // Connectors that are being replaced still have the proxy.
  const isProxyLeft = needs.hasProxy === true || observed.rollout.kind !== 'complete';
  if (!isProxyLeft) await removeOwned(port, pass, proxyObject(tunnel, 'ConfigMap'));
  pass.memory.areUnconnected = observed.trouble?.kind === 'unconnected';
  return observed;
}

/** Checked after the patches, which may set any image. */
function refuseUnpinned(deployment: KubeObject): void {
  const images = { cloudflared: connectorImage(deployment), proxy: proxyImage(deployment) };
  for (const [field, image] of Object.entries(images)) {
    const problem = image === undefined ? undefined : imageProblem(image);
    if (problem === undefined) continue;
    const message = `spec.${field}: the image ${problem}. The connectors are not changed`;
    throw new OperatorError('InvalidSpec', 'stall', message);
  }
}

/** The image in the Deployment as the API server has it. */
export function runningImage({ deployments }: RolloutPort, { tunnel, workload }: TunnelPass): string | undefined {
  const deployment = deployments.get(workload);
  return deployment !== undefined && isOwnedBy(deployment, tunnel) ? connectorImage(deployment) : undefined;
}

export function observeRollout({ deployments }: RolloutPort, pass: TunnelPass, configHash: string): Rollout {
  return rolloutOf(deployments.get(pass.workload), configHash, pass.settings.replicas);
}

/** Lists pods only while connectors are missing and nothing has changed for a while. */
async function observeConnectors(
  port: ConnectorsPort,
  pass: TunnelPass,
  configHash: string,
): Promise<ObservedConnectors> {
  const { standstill } = pass.memory;
  const rollout = observeRollout(port, pass, configHash);
  if (rollout.kind === 'complete' || pass.settings.replicas === 0) {
    standstill.end(pass.key);
    return { rollout, isSettled: true, hasAdvanced: false, trouble: undefined };
  }
  const state = rolloutState(port.deployments.get(pass.workload), configHash);
  const { unchangedMs, hasAdvanced } = standstill.observe(pass.key, state);
  const isSettled = unchangedMs >= SETTLE_MS;
  return { rollout, isSettled, hasAdvanced, trouble: isSettled ? await lookAtPods(port, pass) : undefined };
}

async function lookAtPods(
  { lists, now }: ConnectorsPort,
  { tunnel, signal }: TunnelPass,
): Promise<PodTrouble | undefined> {
  const pods = (await lists.pods(tunnel.metadata.namespace ?? '', selectorText(tunnel), signal)) ?? [];
  // All pods are made from one template, so one of them explains the others.
  const [unclear] = podsToExplain(pods);
  const warnings = unclear === undefined ? [] : ((await lists.warnings(unclear, signal)) ?? []);
  return podTrouble(pods, warnings, now());
}

/** Steps that stop and start Deployments of the other tool. */
import { MIGRATED_REPLICAS_ANNOTATION } from '../../../../api/names.ts';
import type { ObjectKey } from '../../../../api/objects.ts';
import type { ObjectReference } from '../../../../adapters/kubernetes/any-objects.ts';
import { splitKey } from '../../../../core/keys.ts';
import type { Workload } from '../../../../core/migrate/facts.ts';
import { until } from './wait.ts';
import type { StepContext } from './context.ts';

/**
 * Resolves when the last pod is gone, so that nothing of what it does can follow. A run that was interrupted may have
 * scaled the Deployment without waiting.
 */
export async function stop(ctx: StepContext, key: ObjectKey): Promise<boolean> {
  const { objects } = ctx;
  const deployment = await objects.find<Workload>(deploymentAt(key));
  if (deployment === undefined) return false;
  const replicas = deployment.spec.replicas ?? 1;
  const annotations = { [MIGRATED_REPLICAS_ANNOTATION]: String(replicas) };
  if (replicas > 0) await objects.patch(deploymentAt(key), { metadata: { annotations }, spec: { replicas: 0 } });
  await untilGone(ctx, key, deployment);
  return replicas > 0;
}

async function untilGone(ctx: StepContext, key: ObjectKey, deployment: Workload): Promise<void> {
  const { objects } = ctx;
  const labels = Object.entries(deployment.spec.selector?.matchLabels ?? {});
  const selector = labels.map(([name, value]) => `${name}=${value}`).join(',');
  const { namespace } = splitKey(key);
  await until(ctx, async () => {
    const pods = selector === '' ? [] : await objects.select({ apiVersion: 'v1', kind: 'Pod' }, namespace, selector);
    return pods.length === 0
      ? undefined
      : { for: `the end of ${pods.length} pods of Deployment ${key}`, isFinal: false };
  });
}

export async function start({ objects }: StepContext, key: ObjectKey): Promise<boolean> {
  const deployment = await objects.find<Workload>(deploymentAt(key));
  const before = deployment?.metadata.annotations?.[MIGRATED_REPLICAS_ANNOTATION];
  if (before === undefined) return false;
  const annotations = { [MIGRATED_REPLICAS_ANNOTATION]: null };
  await objects.patch(deploymentAt(key), { metadata: { annotations }, spec: { replicas: Number(before) } });
  return true;
}

function deploymentAt(key: ObjectKey): ObjectReference {
  return { apiVersion: 'apps/v1', kind: 'Deployment', key };
}

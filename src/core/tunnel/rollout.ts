import { CONFIG_HASH_ANNOTATION } from '../../api/names.ts';
import type { Deployment } from '../../api/objects.ts';

/** How far the connectors are on their way to the published rules. */
export type Rollout =
  /** Every wanted connector runs them and is connected. */
  | { readonly kind: 'complete'; readonly replicas: number; readonly ready: number }
  | { readonly kind: 'rolling'; readonly replicas: number; readonly ready: number }
  /** The Deployment has given up waiting. */
  | { readonly kind: 'stuck'; readonly replicas: number; readonly ready: number; readonly why: string };

/** Judges a Deployment against the hash its pods should carry and the replicas it should have. */
export function rolloutOf(deployment: Deployment | undefined, hash: string, wanted: number): Rollout {
  const status = deployment?.status ?? {};
  const seen = { replicas: status.replicas ?? 0, ready: status.readyReplicas ?? 0 };
  if (deployment === undefined) return { kind: 'rolling', ...seen };
  const isCurrent =
    deployment.spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] === hash &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const isWhole =
    seen.replicas === wanted && (status.updatedReplicas ?? 0) === wanted && (status.availableReplicas ?? 0) === wanted;
  if (isCurrent && isWhole) return { kind: 'complete', ...seen };
  const progressing = status.conditions?.find((condition) => condition.type === 'Progressing');
  if (isCurrent && progressing?.status === 'False')
    return { kind: 'stuck', ...seen, why: progressing.message ?? progressing.reason ?? '' };
  return { kind: 'rolling', ...seen };
}

import { CONFIG_HASH_ANNOTATION } from '../../api/names.ts';
import type { Deployment } from '../../api/objects.ts';

/** How far the connectors are on their way to the published rules. */
export interface Rollout {
  /**
   * `complete`: every wanted connector runs the rules and is connected. `partial`: every connector that is connected
   * runs them, and there are fewer than wanted. `rolling`: none is, or some run other rules.
   */
  readonly kind: 'complete' | 'partial' | 'rolling';
  readonly replicas: number;
  readonly ready: number;
  /** These pods were rolled out before: what is missing now was lost since. */
  readonly wasComplete?: true;
  /** Why the API server refuses to create pods, in its own words. */
  readonly refusal?: string;
  /** The Deployment has stopped waiting, in its own words. */
  readonly gaveUp?: string;
}

/** Connectors that have not come a step further for this long are looked at more closely. */
export const SETTLE_MS = 5_000;

type Status = NonNullable<Deployment['status']>;

/** Judges a Deployment against the hash its pods should carry and the replicas it should have. */
export function rolloutOf(deployment: Deployment | undefined, hash: string, wanted: number): Rollout {
  const status = deployment?.status ?? {};
  const seen = { replicas: status.replicas ?? 0, ready: status.readyReplicas ?? 0 };
  if (deployment === undefined || !isCurrent(deployment, hash)) return { kind: 'rolling', ...seen };
  const { updatedReplicas = 0, availableReplicas = 0 } = status;
  if ([seen.replicas, updatedReplicas, availableReplicas].every((count) => count === wanted))
    return { kind: 'complete', ...seen };
  const isPartial = seen.ready > 0 && seen.replicas === updatedReplicas;
  return { kind: isPartial ? 'partial' : 'rolling', ...seen, ...termsOf(status) };
}

/** Changes whenever the connectors have come a step further, or have lost one. */
export function rolloutState(deployment: Deployment | undefined, hash: string): string {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas } = deployment?.status ?? {};
  const { uid, generation } = deployment?.metadata ?? {};
  const counts = [replicas, updatedReplicas, readyReplicas, availableReplicas];
  return JSON.stringify([hash, uid, generation, observedGeneration, ...counts]);
}

function isCurrent({ spec, metadata, status }: Deployment, hash: string): boolean {
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isSeen && spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] === hash;
}

function termsOf({ conditions = [] }: Status): Pick<Rollout, 'wasComplete' | 'refusal' | 'gaveUp'> {
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const progress = conditions.find(({ type }) => type === 'Progressing');
  const hasGivenUp = progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded';
  return {
    ...(progress?.reason === 'NewReplicaSetAvailable' ? { wasComplete: true } : {}),
    ...(failure === undefined ? {} : { refusal: wordsOf(failure) }),
    ...(hasGivenUp ? { gaveUp: wordsOf(progress) } : {}),
  };
}

function wordsOf({ reason = '', message = reason }: { readonly reason?: string; readonly message?: string }): string {
  return message;
}

import type { ReplicaSet } from '../workloads.ts';

/** One write of a rollout. */
export type RolloutStep =
  | { readonly kind: 'create'; readonly replicas: number }
  | { readonly kind: 'scale'; readonly replicaSet: ReplicaSet; readonly replicas: number };

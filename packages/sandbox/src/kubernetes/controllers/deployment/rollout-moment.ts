/** How many Pods a Deployment has, by state. */
export interface ReplicaCounts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

/** Moments in the life of a rollout that its counts alone do not tell. */
export interface RolloutMoment {
  /** The ReplicaSet made in this very step. */
  readonly created?: string;
  readonly deadlinePassed: boolean;
}

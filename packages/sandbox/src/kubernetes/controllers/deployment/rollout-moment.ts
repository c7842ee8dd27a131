/** How many Pods a Deployment has, by state. */
export interface ReplicaCounts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

/** Transitions of a rollout that do not follow from its counts. */
export interface RolloutMoment {
  /** The ReplicaSet that was created in this step. */
  readonly created?: string;
  readonly deadlinePassed: boolean;
}

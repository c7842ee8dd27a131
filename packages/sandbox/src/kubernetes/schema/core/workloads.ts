import { boolean, integer, intOrString, object, string } from '../build.ts';
import type { Schema } from '../schema.ts';
import { conditions, kindSchema, labelSelector } from './metadata.ts';
import { podSpec, podStatus, podTemplate } from './pod.ts';

/** `v1 Pod`. */
export const podSchema: Schema = kindSchema({ spec: podSpec, status: podStatus });

/** `apps/v1 Deployment`. */
export const deploymentSchema: Schema = kindSchema({
  spec: object({
    replicas: integer,
    selector: labelSelector,
    template: podTemplate,
    strategy: object({
      type: string,
      rollingUpdate: object({ maxSurge: intOrString, maxUnavailable: intOrString }),
    }),
    minReadySeconds: integer,
    revisionHistoryLimit: integer,
    paused: boolean,
    progressDeadlineSeconds: integer,
  }),
  status: object({
    observedGeneration: integer,
    replicas: integer,
    updatedReplicas: integer,
    readyReplicas: integer,
    availableReplicas: integer,
    unavailableReplicas: integer,
    terminatingReplicas: integer,
    collisionCount: integer,
    conditions,
  }),
});

/** `apps/v1 ReplicaSet`. */
export const replicaSetSchema: Schema = kindSchema({
  spec: object({ replicas: integer, minReadySeconds: integer, selector: labelSelector, template: podTemplate }),
  status: object({
    observedGeneration: integer,
    replicas: integer,
    fullyLabeledReplicas: integer,
    readyReplicas: integer,
    availableReplicas: integer,
    terminatingReplicas: integer,
    conditions,
  }),
});

/** `policy/v1 PodDisruptionBudget`. */
export const podDisruptionBudgetSchema: Schema = kindSchema({
  spec: object({
    minAvailable: intOrString,
    maxUnavailable: intOrString,
    selector: labelSelector,
    unhealthyPodEvictionPolicy: string,
  }),
  status: object({
    observedGeneration: integer,
    disruptedPods: { type: 'object', additionalProperties: string },
    disruptionsAllowed: integer,
    currentHealthy: integer,
    desiredHealthy: integer,
    expectedPods: integer,
    conditions,
  }),
});

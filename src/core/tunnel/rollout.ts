import { CONFIG_HASH_ANNOTATION } from '../../api/names.ts';
import type { Deployment } from '../../api/objects.ts';

/** The progress of the connectors towards the published rules. */
export interface Rollout {
  /**
   * `complete`: all wanted connectors are connected and run the rules. `partial`: fewer are connected, but all of them
   * run the rules. `rolling`: none is connected, or some run other rules.
   */
  readonly kind: 'complete' | 'partial' | 'rolling';
  readonly replicas: number;
  readonly ready: number;
  /** This rollout was complete before, so pods that are missing now have failed since. */
  readonly wasComplete?: true;
  /** The API server's message when it refuses to create pods. */
  readonly refusal?: string;
  /** The Deployment's message when it has exceeded its progress deadline. */
  readonly gaveUp?: string;
}

/** After this long without progress, the pods of a rollout are examined. */
export const SETTLE_MS = 5_000;

type Status = NonNullable<Deployment['status']>;

/** Compares a Deployment with the configuration hash and the number of replicas that it should have. */
export function rolloutOf(deployment: Deployment | undefined, hash: string, wanted: number): Rollout {
  const status = deployment?.status ?? {};
  const counts = { replicas: status.replicas ?? 0, ready: status.readyReplicas ?? 0 };
  if (deployment === undefined || !isCurrent(deployment, hash)) return { kind: 'rolling', ...counts };
  const { updatedReplicas = 0, availableReplicas = 0 } = status;
  if ([counts.replicas, updatedReplicas, availableReplicas].every((count) => count === wanted))
    return { kind: 'complete', ...counts };
  const isPartial = counts.ready > 0 && counts.replicas === updatedReplicas;
  return { kind: isPartial ? 'partial' : 'rolling', ...counts, ...detailsOf(status) };
}

/** Whether all wanted connectors are connected and of one kind, whatever rules they run. */
export function areConnectorsComplete(deployment: Deployment | undefined, wanted: number): boolean {
  const hash = deployment?.spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] ?? '';
  return wanted === 0 || rolloutOf(deployment, hash, wanted).kind === 'complete';
}

/** A text that changes whenever a rollout makes progress or loses a connector. */
export function rolloutState(deployment: Deployment | undefined, hash: string): string {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas } = deployment?.status ?? {};
  const { uid, generation } = deployment?.metadata ?? {};
  const counts = [replicas, updatedReplicas, readyReplicas, availableReplicas];
  return JSON.stringify([hash, uid, generation, observedGeneration, ...counts]);
}

function isCurrent({ spec, metadata, status }: Deployment, hash: string): boolean {
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isObserved && spec.template.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] === hash;
}

function detailsOf({ conditions = [] }: Status): Pick<Rollout, 'wasComplete' | 'refusal' | 'gaveUp'> {
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const progress = conditions.find(({ type }) => type === 'Progressing');
  const hasGivenUp = progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded';
  return {
    ...(progress?.reason === 'NewReplicaSetAvailable' ? { wasComplete: true } : {}),
    ...(failure === undefined ? {} : { refusal: messageOf(failure) }),
    ...(hasGivenUp ? { gaveUp: messageOf(progress) } : {}),
  };
}

function messageOf({ reason = '', message = reason }: { readonly reason?: string; readonly message?: string }): string {
  return message;
}

import { timestamp } from './timestamp.ts';

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly observedGeneration?: number;
}

export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/**
 * The condition with the time of its last status change, which is now unless `conditions` contains it with the same
 * status.
 */
export function withTransitionTime(conditions: readonly Condition[] | undefined, next: Condition): Condition {
  const current = conditionOf(conditions, next.type);
  const unchanged = current?.status === next.status && current.lastTransitionTime !== undefined;
  return { ...next, lastTransitionTime: unchanged ? current.lastTransitionTime : timestamp() };
}

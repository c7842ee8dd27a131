import type { ConditionStatus, TunnelReason } from '../../api/conditions.ts';

/** What a step reports in its condition. */
export interface StepReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
  /** Set for a failure that has a result nevertheless: when to try again. */
  readonly disposition?: 'stall' | 'wait';
}

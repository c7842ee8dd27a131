import type { ConditionStatus, TunnelReason } from '../../api/conditions.ts';

/** What a step reports in its condition. */
export interface StepReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
  /** Present for a failure that left a result all the same: when to look again. */
  readonly disposition?: 'stall' | 'wait';
}

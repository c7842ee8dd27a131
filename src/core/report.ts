import type { Condition } from '../api/conditions.ts';

/** Whether two conditions tell a person the same, whenever they were written. */
export function saysTheSame(a: Condition | undefined, b: Condition | undefined): boolean {
  return a?.status === b?.status && a?.reason === b?.reason && a?.message === b?.message;
}

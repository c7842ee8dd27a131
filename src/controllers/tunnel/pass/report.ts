import type { TunnelPart } from '../../../api/conditions.ts';
import type { StepReport } from '../../../core/status/step-report.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Stages } from '../../../runtime/stages.ts';

/** Adds a report to the condition of a step, and to the failures of the pass if it is one. */
export function report(stages: Stages<TunnelPart>, part: TunnelPart, { disposition, ...shown }: StepReport): void {
  if (disposition === undefined) stages.report(part, shown);
  else stages.fail(part, new OperatorError(shown.reason, disposition, shown.message));
}

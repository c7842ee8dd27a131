import type { Condition } from '../../api/conditions.ts';
import type { Warning } from '../model/route.ts';
import type { Report } from './conditions.ts';
import { STILL_SERVED } from './still-served.ts';

/** An Event to write. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Conditions that only repeat another one. */
const SUMMARIES = new Set(['Ready', 'Reconciling', 'Stalled']);

/** Reasons that are shown only in a condition, because they are part of normal operation. */
const WITHOUT_EVENT = new Set([
  'Blocked',
  'Progressing',
  'RollingOut',
  'RecordsPending',
  'ScaledToZero',
  'Suspended',
  'TunnelNotReady',
  'NoConnectors',
]);

/** Reasons that cause a Warning although the part works. */
const WARNINGS = new Set(['ForeignConnectors', 'ConnectorsUnavailable']);

/** A condition with the part of its message that causes an event. */
type ReportedCondition = Condition & Pick<Report, 'eventMessage'>;

/**
 * The Events for a change of conditions: a Warning when something fails or fails for another reason, a Normal event when
 * it recovers. Unchanged conditions cause no event.
 */
export function notesFor(before: readonly Condition[], after: readonly ReportedCondition[]): readonly Note[] {
  return after
    .filter((condition) => !SUMMARIES.has(condition.type) && !WITHOUT_EVENT.has(condition.reason))
    .flatMap((condition): readonly Note[] => {
      const old = before.find((candidate) => candidate.type === condition.type);
      const { reason, message } = condition;
      if (old?.reason === reason && isSameMessage(old.message, condition.eventMessage ?? message)) return [];
      if (condition.status === 'False' || WARNINGS.has(reason)) return [{ type: 'Warning', reason, message }];
      const hasRecovered =
        old !== undefined && (old.status === 'False' || WARNINGS.has(old.reason)) && !WITHOUT_EVENT.has(old.reason);
      return condition.status === 'True' && hasRecovered ? [{ type: 'Normal', reason, message }] : [];
    });
}

/** Ignores the list of URLs that are still served. */
function isSameMessage(before: string, eventMessage: string): boolean {
  return before === eventMessage || before.startsWith(eventMessage + STILL_SERVED);
}

/** Warnings that are only hints, and cause a Normal event. */
const HINTS: ReadonlySet<string> = new Set(['AliasRead']);

/** The Events for warnings that the condition did not contain before. */
export function notesOnWarnings(before: Condition | undefined, warnings: readonly Warning[]): readonly Note[] {
  return warnings
    .filter(({ message }) => before?.status !== 'True' || !before.message.includes(message))
    .map(({ reason, message }) => ({ type: HINTS.has(reason) ? 'Normal' : 'Warning', reason, message }));
}

import type { Condition } from '../../api/conditions.ts';
import type { Warning } from '../model/route.ts';
import type { Report } from './conditions.ts';
import { STILL_SERVED } from './exposed.ts';

/** An Event to be written. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Conditions that only repeat what another says. */
const SUMMARIES = new Set(['Ready', 'Reconciling', 'Stalled']);

/** Reasons of things that go their way; they are worth a condition, not an event. */
const QUIET = new Set([
  'Blocked',
  'Progressing',
  'RollingOut',
  'RecordsPending',
  'ScaledToZero',
  'Suspended',
  'TunnelNotReady',
  'NoConnectors',
]);

/** Reasons that a person should hear of although what they are about works. */
const WARNINGS = new Set(['ForeignConnectors', 'ConnectorsUnavailable']);

/** A condition, and what of it is news. */
type Told = Condition & Pick<Report, 'eventMessage'>;

/**
 * The Events that a change of conditions is worth: a Warning when something goes wrong or goes wrong differently, a
 * Normal one when it is mended. What stays as it was is silent, so a quiet world writes no Events.
 */
export function notesFor(before: readonly Condition[], after: readonly Told[]): readonly Note[] {
  return after
    .filter((condition) => !SUMMARIES.has(condition.type) && !QUIET.has(condition.reason))
    .flatMap((condition): readonly Note[] => {
      const old = before.find((candidate) => candidate.type === condition.type);
      const { reason, message } = condition;
      if (old?.reason === reason && isSameNews(old.message, condition.eventMessage ?? message)) return [];
      if (condition.status === 'False' || WARNINGS.has(reason)) return [{ type: 'Warning', reason, message }];
      const isMended =
        old !== undefined && (old.status === 'False' || WARNINGS.has(old.reason)) && !QUIET.has(old.reason);
      return condition.status === 'True' && isMended ? [{ type: 'Normal', reason, message }] : [];
    });
}

/** What goes on working besides is no news. */
function isSameNews(before: string, eventMessage: string): boolean {
  return before === eventMessage || before.startsWith(eventMessage + STILL_SERVED);
}

/** Remarks that only help; the others warn. */
const HELPFUL: ReadonlySet<string> = new Set(['AliasRead']);

/** The Events of what a condition says beside the URLs and did not say before. */
export function notesOnWarnings(before: Condition | undefined, warnings: readonly Warning[]): readonly Note[] {
  return warnings
    .filter(({ message }) => before?.status !== 'True' || !before.message.includes(message))
    .map(({ reason, message }) => ({ type: HELPFUL.has(reason) ? 'Normal' : 'Warning', reason, message }));
}

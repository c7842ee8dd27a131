import type { ChangeReason } from '../../api/conditions.ts';

/** Something that the operator has created, changed or removed. */
export interface Change {
  readonly reason: ChangeReason;
  /** Text of the event. */
  readonly message: string;
  /** Fields of the log lines, one line per object. */
  readonly entries: readonly Readonly<Record<string, string | number>>[];
}

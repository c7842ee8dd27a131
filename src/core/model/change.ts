import type { ChangeReason } from '../../api/conditions.ts';

/** Something that was made, changed or removed. */
export interface Change {
  readonly reason: ChangeReason;
  /** For the event. */
  readonly message: string;
  /** For the log: one line for each thing. */
  readonly entries: readonly Readonly<Record<string, string | number>>[];
}

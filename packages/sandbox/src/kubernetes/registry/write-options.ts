import type { User } from '../access/user.ts';

/** How much a client wants to hear of fields that the schema does not have. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What accompanies a write. */
export interface WriteOptions {
  /** Name under which the written fields are owned. */
  readonly manager: string;
  /** Who writes: admission asks what else that user may do. */
  readonly user: User;
  /** Run everything, store nothing. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Receives the texts of `Warning` headers. */
  readonly warn?: (text: string) => void;
}

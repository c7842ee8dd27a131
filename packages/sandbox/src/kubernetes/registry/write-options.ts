import type { User } from '../access/user.ts';

/** How unknown fields are handled. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface WriteOptions {
  /** The field manager of the written fields. */
  readonly manager: string;
  /** The user of the write. Admission checks further permissions of this user. */
  readonly user: User;
  /** Performs all checks, but stores nothing. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Receives the texts of `Warning` headers. */
  readonly warn?: (text: string) => void;
}

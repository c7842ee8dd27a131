import type { User } from '../access/user.ts';

/** How a client wants unknown fields to be handled. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What accompanies a write. */
export interface WriteOptions {
  /** Name under which the written fields are owned. */
  readonly manager: string;
  /** The user of the write, whose other permissions admission checks. */
  readonly user: User;
  /** Run everything, store nothing. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Receives the texts of `Warning` headers. */
  readonly warn?: (text: string) => void;
}

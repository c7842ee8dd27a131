/** How much a client wants to hear of fields that the schema does not have. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What accompanies a write. */
export interface WriteOptions {
  /** Name under which the written fields are owned. */
  readonly manager: string;
  /** Run everything, store nothing. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Receives the texts of `Warning` headers. */
  readonly warn?: (text: string) => void;
}

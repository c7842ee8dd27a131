import type { TunnelReason } from '../api/conditions.ts';

/**
 * When a failed key is reconciled again. `retry`: after a back-off. `wait`: soon, because something is expected to
 * appear. `stall`: rarely, because a person has to act. A change of the object or its Secret always wakes it.
 */
export type Disposition = 'retry' | 'wait' | 'stall';

/** An expected failure. Anything else that is thrown is a bug, except `ConflictError`. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly reason: TunnelReason;
  readonly disposition: Disposition;
  /** Shortest time before the retry, if the remote API asked for one. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: TunnelReason,
    disposition: Disposition,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.disposition = disposition;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Somebody else wrote the object first. The key is retried, and nothing is reported. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** Converts a thrown value to a failure. The message of a bug is always the same; its cause is for the log. */
export function asFailure(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const message = "An internal error, which is a bug: the operator's log has the details. Please report it";
  return new OperatorError('InternalError', 'retry', message, { cause: error });
}

/** The cause of the first bug among failures. */
export function bugIn(failures: readonly OperatorError[]): unknown {
  return failures.find(({ reason }) => reason === 'InternalError')?.cause;
}

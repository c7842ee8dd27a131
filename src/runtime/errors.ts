import type { TunnelReason } from '../api/conditions.ts';

/**
 * What the work queue does next: `retry` backs off and tries again, `wait` looks again soon (something is expected to
 * appear), `stall` looks again rarely (a person has to act; a change of the object or its Secret wakes it at once).
 */
export type Disposition = 'retry' | 'wait' | 'stall';

/** A failure the operator understands. Anything else that is thrown is a bug. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly reason: TunnelReason;
  readonly disposition: Disposition;
  /** Not before this has passed; only where the remote said so. */
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

/** Somebody else wrote the object first. Nothing is wrong: look again, and say nothing. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** What was thrown, as a failure. A bug is told of in words that are the same every time; its cause is for the log. */
export function asFailure(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const message = "An internal error, which is a bug: the operator's log has the details. Please report it";
  return new OperatorError('InternalError', 'retry', message, { cause: error });
}

/** The bug among failures, if there is one. */
export function bugIn(failures: readonly OperatorError[]): unknown {
  return failures.find(({ reason }) => reason === 'InternalError')?.cause;
}

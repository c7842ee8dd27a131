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

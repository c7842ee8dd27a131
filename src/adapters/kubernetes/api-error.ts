import { ConflictError, OperatorError } from '../../runtime/errors.ts';

/** An error of the Kubernetes API. `code` is the HTTP status; 0: there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }
}

/** Translates a failed call. */
export function asOperatorError(error: unknown, doing: string): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.code === 409) return new ConflictError(error.message, { cause: error });
  const message = `Cannot ${doing}: ${error.message}`;
  if (error.code === 0 || error.code === 429 || error.code >= 500)
    return new OperatorError('KubernetesUnavailable', 'retry', message, { cause: error });
  if (error.code === 400 || error.code === 422)
    return new OperatorError('InvalidSpec', 'stall', message, { cause: error });
  return new OperatorError('KubernetesRefused', 'wait', message, { cause: error });
}

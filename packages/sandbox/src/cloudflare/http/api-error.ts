/** One entry of `errors`. */
export interface ErrorItem {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly ErrorItem[];
}

/** A rejection that is sent in Cloudflare's error envelope. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errors: readonly ErrorItem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, errors: readonly ErrorItem[], headers: Readonly<Record<string, string>> = {}) {
    super(errors.map((item) => `${item.code} ${item.message}`).join('; '));
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** A rejection with a single error. */
export function refusal(status: number, code: number, message: string): ApiError {
  return new ApiError(status, [{ code, message }]);
}

/** The error for a wrong account, a missing permission and, in some cases, an invalid token. */
export function authenticationError(): ApiError {
  return refusal(403, 10000, 'Authentication error');
}

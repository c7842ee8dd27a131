/** One entry of `errors`. */
export interface ErrorItem {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly ErrorItem[];
}

/** A refusal that is sent as Cloudflare's error envelope. */
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

/** A refusal with a single error. */
export function refusal(status: number, code: number, message: string): ApiError {
  return new ApiError(status, [{ code, message }]);
}

/** The one answer for a wrong account, a missing permission and (sometimes) a bad token. */
export function authenticationError(): ApiError {
  return refusal(403, 10000, 'Authentication error');
}

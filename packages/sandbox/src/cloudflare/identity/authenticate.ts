import type { IncomingHttpHeaders } from 'node:http';
import type { Assumptions } from '../assumptions.ts';
import { ApiError, authenticationError, refusal } from '../http/api-error.ts';
import type { Cloud } from '../state/cloud.ts';
import type { Principal } from '../state/model.ts';

/** Assumption, from observed tokens: user tokens have 40 characters, account-owned ones start with `cfat_`. */
const TOKEN_FORM = /^(?:[A-Za-z0-9_-]{40}|cf[a-z]+_[A-Za-z0-9_-]{20,})$/;
const KEY_FORM = /^[0-9a-f]{37,}$/;

/** The credential of a request, before it is looked up. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string; readonly email: string };

/** Reads the credential. A missing or malformed one is rejected without a lookup, as Cloudflare does. */
export function readCredential(headers: IncomingHttpHeaders): Credential {
  const key = headers['x-auth-key'];
  const email = headers['x-auth-email'];
  if (headers.authorization === undefined && typeof key === 'string') {
    if (!KEY_FORM.test(key) || typeof email !== 'string') throw invalidHeader(6103, 'X-Auth-Key');
    return { kind: 'key', key, email };
  }
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined || !TOKEN_FORM.test(token)) throw invalidHeader(6111, 'Authorization');
  return { kind: 'token', token };
}

/** Finds the owner of a credential, whatever its status. */
export function findPrincipal(cloud: Cloud, credential: Credential): Principal | undefined {
  if (credential.kind === 'token') return cloud.principals.get(credential.token);
  const principal = cloud.principals.get(credential.key);
  return principal?.email === credential.email ? principal : undefined;
}

/** The error for an unknown, disabled or expired credential. */
export function credentialRefused(credential: Credential, assumptions: Assumptions): ApiError {
  if (credential.kind === 'key') return refusal(400, 9106, 'Authentication failed (status: 400)');
  return assumptions.unknownTokenCode === 9109 ? refusal(403, 9109, 'Invalid access token') : authenticationError();
}

/** The error of the verify endpoints. Assumption: from memory of the live API. */
export function invalidApiToken(): ApiError {
  return refusal(401, 1000, 'Invalid API Token');
}

function invalidHeader(code: number, header: string): ApiError {
  const error_chain = [{ code, message: `Invalid format for ${header} header` }];
  return new ApiError(400, [{ code: 6003, message: 'Invalid request headers', error_chain }]);
}

import type { ServiceToken } from '../state/access.ts';
import { accessTimestamp } from '../state/ids.ts';
import type { Body } from './fields.ts';

/** A service token as the API returns it: without its secret. */
export function serviceTokenObject(token: ServiceToken): Body {
  const { id, name, clientId, duration, enabled, expiresAt, previous, secretVersion, createdAt, updatedAt } = token;
  return {
    client_id: clientId,
    created_at: createdAt,
    updated_at: updatedAt,
    expires_at: expiresAt === undefined ? null : accessTimestamp(expiresAt), // Assumption: null if it never expires
    id,
    name,
    duration,
    enabled,
    client_secret_version: secretVersion,
    ...(previous?.expiresAt !== undefined && {
      previous_client_secret_expires_at: accessTimestamp(previous.expiresAt),
    }),
  };
}

/** The only answers that contain the secret: those of the calls that make it. */
export function withSecret(token: ServiceToken): Body {
  return { ...serviceTokenObject(token), client_secret: token.current.value };
}

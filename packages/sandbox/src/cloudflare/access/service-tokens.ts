import { type Call, json, type Reply } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import type { ServiceToken } from '../state/access.ts';
import { accessTimestamp, newHexId, newUuid } from '../state/ids.ts';
import { invalidRequest, serviceTokenInUse, serviceTokenNotFound } from './access-error.ts';
import { newClientSecret, rotated } from './client-secret.ts';
import { inPath, listed, namedLike, organizationInPath, ownedBy, pageOfAccess } from './collection.ts';
import { assertDuration, type Body, readName } from './fields.ts';
import { serviceTokenObject, withSecret } from './service-token-object.ts';
import { refersTo } from './references.ts';

const YEAR = '8760h';

/** Returns the secret, which no other call does. Names need not be unique. */
export function createServiceToken(call: Call): Reply {
  const { id: accountId } = organizationInPath(call);
  const body = objectBody(call);
  const name = readName(body);
  const duration = readTokenDuration(body['duration'], YEAR);
  const { serviceTokensPerAccount: most } = call.assumptions;
  if (ownedBy(call.cloud.access.serviceTokens, accountId).length >= most) {
    throw invalidRequest('maximum number of service tokens has been reached'); // Assumption: the wording
  }
  const now = accessTimestamp(call.cloud.now());
  const token: ServiceToken = {
    id: newUuid(),
    accountId,
    name,
    clientId: `${newHexId()}.access`,
    current: newClientSecret(),
    previous: undefined,
    secretVersion: 1,
    duration,
    expiresAt: expiryOf(duration, call),
    enabled: body['enabled'] !== false,
    createdAt: now,
    updatedAt: now,
  };
  call.cloud.access.serviceTokens.put(token);
  return json(withSecret(token));
}

export function listServiceTokens(call: Call): Reply {
  const name = call.query.get('name');
  const search = call.query.get('search') ?? '';
  const tokens = listed(call.cloud.access.serviceTokens, call)
    .filter((token) => name === null || token.name === name)
    .filter((token) => namedLike(token.name, search));
  return pageOfAccess(tokens, call, serviceTokenObject);
}

export function showServiceToken(call: Call): Reply {
  return json(serviceTokenObject(tokenInPath(call)));
}

/**
 * Changes what the body has. A duration counts from now. A higher version makes a new secret, which the answer contains
 * (Assumption).
 */
export function putServiceToken(call: Call): Reply {
  const token = tokenInPath(call);
  const body = objectBody(call);
  const { duration, enabled, name } = body;
  const edited: ServiceToken = {
    ...token,
    ...(name !== undefined && { name: readName(body) }),
    ...(duration !== undefined && withDuration(readTokenDuration(duration, YEAR), call)),
    ...(enabled !== undefined && { enabled: enabled !== false }),
    ...editedPrevious(token, body),
  };
  const version = Number(body['client_secret_version'] ?? token.secretVersion);
  if (version <= token.secretVersion) return json(serviceTokenObject(save(edited, call)));
  return json(withSecret(save(rotated(edited, readInstant(body), version), call)));
}

/** Assumption: a token that a policy or group uses is refused with the documented error, whatever `force` says. */
export function deleteServiceToken(call: Call): Reply {
  const token = tokenInPath(call);
  if (refersTo(call.cloud.access, 'service_token', token.id)) throw serviceTokenInUse();
  call.cloud.access.serviceTokens.remove(token.id);
  return json(serviceTokenObject(token));
}

/** Makes a new secret. The old one is revoked at once, or when the body says. */
export function rotateServiceToken(call: Call): Reply {
  const token = tokenInPath(call);
  const body = call.body === undefined ? {} : objectBody(call);
  return json(withSecret(save(rotated(token, readInstant(body)), call)));
}

/** Extends the life of a token to one year from now. */
export function refreshServiceToken(call: Call): Reply {
  const refreshed = { ...tokenInPath(call), expiresAt: expiryOf(YEAR, call) };
  return json(serviceTokenObject(save(refreshed, call)));
}

function tokenInPath(call: Call): ServiceToken {
  return inPath(call.cloud.access.serviceTokens, call, { name: 'serviceToken', missing: serviceTokenNotFound });
}

function save(token: ServiceToken, call: Call): ServiceToken {
  const saved = { ...token, updatedAt: accessTimestamp(call.cloud.now()) };
  call.cloud.access.serviceTokens.put(saved);
  return saved;
}

function readTokenDuration(value: unknown, standard: string): string {
  if (value === undefined || value === null) return standard;
  if (typeof value !== 'string') throw invalidRequest('duration is invalid');
  if (value !== 'forever') assertDuration(value, 'duration');
  return value;
}

function withDuration(duration: string, call: Call): Pick<ServiceToken, 'duration' | 'expiresAt'> {
  return { duration, expiresAt: expiryOf(duration, call) };
}

function expiryOf(duration: string, { cloud }: Call): number | undefined {
  return duration === 'forever' ? undefined : cloud.now() + assertDuration(duration, 'duration');
}

/** The end of the previous secret can be moved at any time, into the past too. */
function editedPrevious({ previous }: ServiceToken, body: Body): Pick<ServiceToken, 'previous'> {
  const until = readInstant(body);
  return { previous: previous === undefined || until === undefined ? previous : { ...previous, expiresAt: until } };
}

function readInstant(body: Body): number | undefined {
  const value = body['previous_client_secret_expires_at'];
  if (value === undefined || value === null) return undefined;
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(instant)) throw invalidRequest('previous_client_secret_expires_at is invalid');
  return instant;
}

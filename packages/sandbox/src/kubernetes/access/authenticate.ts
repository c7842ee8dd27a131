import type { IncomingHttpHeaders } from 'node:http';
import type { Cluster } from '../registry/cluster.ts';
import { objectKey } from '../storage/event.ts';
import { unauthorized } from '../status-error.ts';
import { AUDIENCE } from './tokens.ts';
import { serviceAccountUser, type User } from './user.ts';

/**
 * The sender of a request: the ServiceAccount of its bearer token, or `withoutToken`. Throws 401 for a token that this
 * server did not issue, that is expired or for another audience, or whose ServiceAccount does not exist.
 */
export function authenticate(cluster: Cluster, headers: IncomingHttpHeaders, withoutToken: User): User {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer') return withoutToken;
  const user = userOf(cluster, token);
  if (user === undefined) throw unauthorized();
  return user;
}

/** The ServiceAccount that a valid token authenticates. */
export function userOf({ tokens, store, now }: Cluster, token: string): User | undefined {
  const claims = tokens.read(token);
  if (claims === undefined || claims.expiresAt * 1000 <= now() || !claims.audiences.includes(AUDIENCE))
    return undefined;
  const account = store.get('serviceaccounts', objectKey(claims.namespace, claims.name));
  if (account === undefined || account.metadata.uid !== claims.uid) return undefined;
  return serviceAccountUser(claims.namespace, claims.name, claims.uid);
}

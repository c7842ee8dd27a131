import type { IncomingHttpHeaders } from 'node:http';
import type { Cluster } from '../registry/cluster.ts';
import { objectKey } from '../storage/event.ts';
import { unauthorized } from '../status-error.ts';
import { AUDIENCE } from './tokens.ts';
import { serviceAccountUser, type User } from './user.ts';

/**
 * Who sends a request: the ServiceAccount of its bearer token, or `withoutToken`. Throws 401 for a token that is none
 * of ours, has expired, is meant for somebody else, or whose ServiceAccount is gone.
 */
export function authenticate(cluster: Cluster, headers: IncomingHttpHeaders, withoutToken: User): User {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer') return withoutToken;
  const user = userOf(cluster, token);
  if (user === undefined) throw unauthorized();
  return user;
}

/** The ServiceAccount that a valid token speaks for. */
export function userOf({ tokens, store, now }: Cluster, token: string): User | undefined {
  const claims = tokens.read(token);
  if (claims === undefined || claims.expiresAt * 1000 <= now() || !claims.audiences.includes(AUDIENCE))
    return undefined;
  const account = store.get('serviceaccounts', objectKey(claims.namespace, claims.name));
  if (account === undefined || account.metadata.uid !== claims.uid) return undefined;
  return serviceAccountUser(claims.namespace, claims.name, claims.uid);
}

import type { IncomingMessage } from 'node:http';
import { attributesOf } from '../access/attributes.ts';
import { authenticate } from '../access/authenticate.ts';
import { impersonated } from '../access/impersonate.ts';
import type { User } from '../access/user.ts';
import type { Cluster } from '../registry/cluster.ts';
import { urlOf } from './url.ts';

/** Authenticates a request before anything else. Throws 401 or 403 if it is not admitted. */
export function admitted(cluster: Cluster, request: IncomingMessage, withoutToken: User): User {
  const sender = authenticate(cluster, request.headers, withoutToken);
  const user = impersonated(cluster.authorizer, sender, request.headers);
  const { pathname, search } = urlOf(request);
  cluster.authorizer.require(user, attributesOf(request.method ?? '', pathname, new URLSearchParams(search)));
  return user;
}

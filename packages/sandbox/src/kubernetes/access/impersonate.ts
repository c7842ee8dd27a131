import type { IncomingHttpHeaders } from 'node:http';
import type { Authorizer } from './authorizer.ts';
import { namedUser, type User } from './user.ts';

/**
 * The impersonated user (`kubectl --as`, `--as-group`), or else the sender. Throws 403 unless the sender may
 * `impersonate` that user and every group.
 */
export function impersonated(authorizer: Authorizer, sender: User, headers: IncomingHttpHeaders): User {
  const name = headers['impersonate-user'];
  if (typeof name !== 'string' || name === '') return sender;
  const groups = listOf(headers['impersonate-group']);
  const [account, namespace] = name.split(':').toReversed();
  if (name.startsWith('system:serviceaccount:'))
    authorizer.require(sender, impersonation('serviceaccounts', account ?? '', namespace));
  else authorizer.require(sender, impersonation('users', name));
  for (const group of groups) authorizer.require(sender, impersonation('groups', group));
  return namedUser(name, groups);
}

function impersonation(resource: string, name: string, namespace = '') {
  return { verb: 'impersonate', group: '', resource, subresource: '', namespace, name };
}

function listOf(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  // Node joins repeated headers that it does not know.
  return [header].flat().flatMap((value) => value.split(', '));
}

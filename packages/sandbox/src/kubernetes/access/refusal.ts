import { ApiError, forbidden } from '../status-error.ts';
import { type Attributes, isOnResource } from './attributes.ts';
import type { User } from './user.ts';

/** A 403 with the message of the real server, which names the user, the action and the resource. */
export function refusal(user: User, attributes: Attributes, reason: string): ApiError {
  const why = `${sentence(user, attributes)}${reason === '' ? '' : `: ${reason}`}`;
  if (!isOnResource(attributes)) return new ApiError(403, 'Forbidden', `forbidden: ${why}`, {});
  return forbidden({ group: attributes.group, plural: attributes.resource }, attributes.name, why);
}

function sentence({ name }: User, attributes: Attributes): string {
  const subject = `User ${JSON.stringify(name)} cannot ${attributes.verb}`;
  if (!isOnResource(attributes)) return `${subject} path ${JSON.stringify(attributes.path)}`;
  const { group, resource, subresource, namespace } = attributes;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${subject} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

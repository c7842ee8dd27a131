import { type Call, json, param, type Reply } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import type { AccessTag } from '../state/access.ts';
import { accessTimestamp } from '../state/ids.ts';
import { notFound } from './access-error.ts';
import { listed, organizationInPath, pageOfAccess } from './collection.ts';
import { readName } from './fields.ts';

/** Tags have no id but their name. */
export function tagId(accountId: string, name: string): string {
  return `${accountId}/${name}`;
}

/** Assumption: a tag that exists is answered as if it was new. */
export function createTag(call: Call): Reply {
  const { id: accountId } = organizationInPath(call);
  const name = readName(objectBody(call));
  const tag: AccessTag = { id: tagId(accountId, name), accountId, name, createdAt: accessTimestamp(call.cloud.now()) };
  call.cloud.access.tags.put(tag);
  return json(tagObject(tag, call));
}

export function listTags(call: Call): Reply {
  return pageOfAccess(listed(call.cloud.access.tags, call), call, (tag) => tagObject(tag, call));
}

export function deleteTag(call: Call): Reply {
  const { id: accountId } = organizationInPath(call);
  const tag = call.cloud.access.tags.get(tagId(accountId, decodeURIComponent(param(call, 'tag'))));
  if (tag === undefined) throw notFound();
  call.cloud.access.tags.remove(tag.id);
  return json({ name: tag.name });
}

function tagObject({ name, createdAt, accountId }: AccessTag, { cloud }: Call): unknown {
  const uses = cloud.access.applications.values().filter(({ accountId: owner, settings }) => {
    return owner === accountId && Array.isArray(settings['tags']) && settings['tags'].includes(name);
  });
  return { name, app_count: uses.length, created_at: createdAt, updated_at: createdAt };
}

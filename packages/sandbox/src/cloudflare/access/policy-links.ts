import type { Call } from '../http/endpoint.ts';
import type { AccessPolicy, PolicyLink } from '../state/access.ts';
import { invalidRequest } from './access-error.ts';
import { organizationInPath } from './collection.ts';
import { type Body, isObject } from './fields.ts';
import { policyObject, readPolicy } from './policies.ts';

/** The policies of an application as read: links to them, and those that are its own. */
export interface ReadPolicies {
  readonly links: readonly PolicyLink[];
  readonly own: readonly AccessPolicy[];
}

/**
 * Reads `policies` of an application: ids, `{ id, precedence }`, or whole policies that then belong to the application.
 * Without a precedence, the place in the list decides.
 */
export function readPolicies(list: unknown, applicationId: string, call: Call): ReadPolicies {
  if (!Array.isArray(list)) throw invalidRequest('policies must be a list');
  const own: AccessPolicy[] = [];
  const links = list.map((item: unknown, index): PolicyLink => {
    const body: Body = typeof item === 'string' ? { id: item } : readObject(item);
    const policy = typeof body['id'] === 'string' ? known(body['id'], applicationId, call) : undefined;
    const linked = policy ?? { ...readPolicy(body, call), ownerId: applicationId };
    if (policy === undefined) own.push(linked);
    return { policyId: linked.id, precedence: readPrecedence(body['precedence'] ?? index + 1) };
  });
  assertDistinct(links);
  return { links: links.toSorted((left, right) => left.precedence - right.precedence), own };
}

/** The policies of an application as returned in it, in the order of evaluation. */
export function linkedPolicies(links: readonly PolicyLink[], call: Call): Body[] {
  return links.flatMap(({ policyId, precedence }) => {
    const policy = call.cloud.access.policies.get(policyId);
    return policy === undefined ? [] : [{ ...policyObject(policy, call), precedence }];
  });
}

function known(id: string, applicationId: string, call: Call): AccessPolicy {
  const policy = call.cloud.access.policies.get(id);
  const isForeign =
    policy?.accountId !== organizationInPath(call).id || (policy.ownerId ?? applicationId) !== applicationId;
  if (isForeign) throw invalidRequest(`policy ${id} not found`); // Assumption: the wording
  return policy;
}

function readObject(item: unknown): Body {
  if (!isObject(item)) throw invalidRequest('policies must be ids or objects');
  return item;
}

function readPrecedence(value: unknown): number {
  if (!Number.isInteger(value) || Number(value) < 1) throw invalidRequest('precedence must be a positive number');
  return Number(value);
}

function assertDistinct(links: readonly PolicyLink[]): void {
  const precedences = new Set(links.map(({ precedence }) => precedence));
  if (precedences.size < links.length) throw invalidRequest('policy precedences must be unique');
}

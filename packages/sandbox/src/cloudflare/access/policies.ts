import { type Call, json, param, type Reply } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import type { AccessPolicy, Decision } from '../state/access.ts';
import { accessTimestamp, newUuid } from '../state/ids.ts';
import { invalidRequest, notFound, policyInUse } from './access-error.ts';
import { inPath, listed, organizationInPath, ownedBy, pageOfAccess } from './collection.ts';
import { type Body, readName, without } from './fields.ts';
import { readRules } from './rules.ts';

const DECISIONS: readonly string[] = ['allow', 'deny', 'non_identity', 'bypass'] satisfies Decision[];

const KNOWN = ['id', 'uid', 'name', 'decision', 'include', 'exclude', 'require', 'precedence', 'reusable', 'app_count'];
const DATES = ['created_at', 'updated_at'];

/** Creates a reusable policy. Names need not be unique. */
export function createPolicy(call: Call): Reply {
  const { id } = organizationInPath(call);
  const { policiesPerAccount: most } = call.assumptions;
  const policy = readPolicy(objectBody(call), call);
  if (reusable(call, id).length >= most) throw invalidRequest('maximum number of policies has been reached');
  call.cloud.access.policies.put(policy);
  return json(policyObject(policy, call));
}

export function listPolicies(call: Call): Reply {
  const policies = listed(call.cloud.access.policies, call).filter(({ ownerId }) => ownerId === undefined);
  return pageOfAccess(policies, call, (policy) => policyObject(policy, call));
}

export function showPolicy(call: Call): Reply {
  return json(policyObject(reusableInPath(call), call));
}

/** Replaces a policy in every application that uses it. */
export function putPolicy(call: Call): Reply {
  const { id, createdAt } = reusableInPath(call);
  const policy = { ...readPolicy(objectBody(call), call), id, createdAt };
  call.cloud.access.policies.put(policy);
  return json(policyObject(policy, call));
}

export function deletePolicy(call: Call): Reply {
  const { id } = reusableInPath(call);
  if (usesOf(id, call) > 0) throw policyInUse(call.assumptions);
  call.cloud.access.policies.remove(id);
  return json({ id });
}

/** Reads a policy, reusable or one of an application. */
export function readPolicy(body: Body, call: Call): AccessPolicy {
  const now = accessTimestamp(call.cloud.now());
  const decision = readDecision(body);
  return {
    id: newUuid(),
    accountId: param(call, 'account'),
    name: readName(body),
    decision,
    ownerId: undefined,
    ...readRules(body, decision, call),
    settings: without(body, [...KNOWN, ...DATES]),
    createdAt: now,
    updatedAt: now,
  };
}

/** A policy as its own endpoints return it. Assumption: rules come back in the order in which they were sent. */
export function policyObject(policy: AccessPolicy, call: Call): Body {
  const { id, name, decision, include, exclude, require, settings, createdAt, updatedAt } = policy;
  const kind = policy.ownerId === undefined ? { reusable: true, app_count: usesOf(id, call) } : { reusable: false };
  return {
    created_at: createdAt,
    decision,
    exclude,
    id,
    include,
    name,
    require,
    uid: id,
    updated_at: updatedAt,
    ...kind,
    ...settings,
  };
}

function reusableInPath(call: Call): AccessPolicy {
  const policy = inPath(call.cloud.access.policies, call, { name: 'policy', missing: notFound });
  if (policy.ownerId !== undefined) throw notFound();
  return policy;
}

function reusable(call: Call, accountId: string): AccessPolicy[] {
  return ownedBy(call.cloud.access.policies, accountId).filter(({ ownerId }) => ownerId === undefined);
}

function usesOf(policyId: string, call: Call): number {
  const applications = call.cloud.access.applications.values();
  return applications.filter(({ policies }) => policies.some((link) => link.policyId === policyId)).length;
}

function readDecision({ decision }: Body): Decision {
  if (typeof decision === 'string' && DECISIONS.includes(decision)) return decision as Decision;
  throw invalidRequest('unrecognized policy decision');
}

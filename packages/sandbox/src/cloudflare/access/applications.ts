import { type Call, json, type Reply } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import type { AccessApplication } from '../state/access.ts';
import { invalidRequest, unknownApplication } from './access-error.ts';
import { applicationFilter } from './application-filter.ts';
import { readApplication } from './application-input.ts';
import { applicationObject } from './application-object.ts';
import { inPath, listed, organizationInPath, ownedBy, pageOfAccess } from './collection.ts';
import { linkedPolicies, readPolicies, type ReadPolicies } from './policy-links.ts';

export function createApplication(call: Call): Reply {
  const { id } = organizationInPath(call);
  const body = objectBody(call);
  const application = readApplication(body, call);
  const { applicationsPerAccount: most } = call.assumptions;
  if (ownedBy(call.cloud.access.applications, id).length >= most) {
    throw invalidRequest('maximum number of applications has been reached'); // Assumption: the wording
  }
  const policies = readPolicies(body['policies'] ?? [], application.id, call);
  return json(applicationObject(store(application, policies, call), call));
}

export function listApplications(call: Call): Reply {
  const applications = listed(call.cloud.access.applications, call).filter(applicationFilter(call.query));
  return pageOfAccess(applications, call, (application) => applicationObject(application, call));
}

export function showApplication(call: Call): Reply {
  return json(applicationObject(applicationInPath(call), call));
}

/** Replaces an application. Its audience stays, and so do its policies if the body does not mention them. */
export function putApplication(call: Call): Reply {
  const { id, aud, createdAt, policies: before } = applicationInPath(call);
  const body = objectBody(call);
  const application = { ...readApplication(body, call, id), id, aud, createdAt };
  const policies =
    body['policies'] === undefined ? { links: before, own: [] } : readPolicies(body['policies'], id, call);
  return json(applicationObject(store(application, policies, call), call));
}

/** Its own policies go with it. Reusable ones stay. */
export function deleteApplication(call: Call): Reply {
  const { id } = applicationInPath(call);
  call.cloud.access.applications.remove(id);
  removeOwnPolicies(id, [], call);
  return json({ id });
}

/** The policies that an application uses. */
export function listPoliciesOfApplication(call: Call): Reply {
  return pageOfAccess(linkedPolicies(applicationInPath(call).policies, call), call, (policy) => policy);
}

function applicationInPath(call: Call): AccessApplication {
  return inPath(call.cloud.access.applications, call, { name: 'application', missing: unknownApplication });
}

function store(application: AccessApplication, { links, own }: ReadPolicies, call: Call): AccessApplication {
  const { policies, applications } = call.cloud.access;
  const stored = { ...application, policies: links };
  policies.transaction(() => {
    for (const policy of own) policies.put(policy);
    assertRules(stored, call);
  });
  applications.put(stored);
  const kept = links.map(({ policyId }) => policyId);
  removeOwnPolicies(application.id, kept, call);
  return stored;
}

/** A policy that is taken from the application that owns it is deleted. */
function removeOwnPolicies(applicationId: string, kept: readonly string[], call: Call): void {
  const { policies } = call.cloud.access;
  for (const { id, ownerId } of policies.values()) {
    if (ownerId === applicationId && !kept.includes(id)) policies.remove(id);
  }
}

function assertRules({ policies }: AccessApplication, { cloud, assumptions }: Call): void {
  const rules = policies.flatMap(({ policyId }) => {
    const policy = cloud.access.policies.get(policyId);
    return policy === undefined ? [] : [...policy.include, ...policy.exclude, ...policy.require];
  });
  const { rulesPerApplication: most } = assumptions;
  if (rules.length > most) throw invalidRequest(`an application can have at most ${most} rules`);
}

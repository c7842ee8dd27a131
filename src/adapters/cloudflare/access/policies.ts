import type { PolicyContent, RemoteDecision, RemotePolicy, RemoteRule } from '../../../core/access/remote.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasStatus, isGone, isUnanswered } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';
import type { AccessLists } from './lists.ts';
import { ACCESS_PER_PAGE, APPS_AND_POLICIES, type AccessCalls, onAccess } from './purpose.ts';

interface InAccount {
  readonly accountId: string;
  readonly id: string;
}

/** Reusable policies. Those of single applications are not listed. */
export function openAccessPolicies(calls: AccessCalls, lists: AccessLists) {
  return {
    accessPolicies: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemotePolicy[]> =>
      calls.cached(lists.policies.of(accountId), maxAgeMs, {
        ...onPolicies('list the Access policies', accountId),
        send: (client) => listPolicies(client, accountId, signal),
      }),
    /** Whether a policy of ours that the list lacks does not exist. */
    hasAllAccessPolicies: (accountId: string): boolean => lists.policies.of(accountId).isAuthoritative,
    /** One policy as it is now; `undefined`: there is none with the id. */
    accessPolicy: ({ accountId, id }: InAccount, signal: AbortSignal): Promise<RemotePolicy | undefined> =>
      calls.make({
        ...onPolicies('read an Access policy', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.policies.get(id, { account_id: accountId }, { signal }).then(remotePolicy, (error: unknown) => {
            if (isGone(error)) return undefined;
            throw error;
          }),
      }),
    async createAccessPolicy(accountId: string, content: PolicyContent, signal: AbortSignal): Promise<RemotePolicy> {
      const list = lists.policies.of(accountId);
      const created = await calls.make({
        ...onPolicies(`create the Access policy "${content.name}"`, accountId),
        send: ({ zeroTrust: { access } }) =>
          access.policies.create(bodyOf(accountId, content), { signal }).then(remotePolicy, (error: unknown) => {
            if (isUnanswered(error)) list.markUncertain();
            throw error;
          }),
      });
      list.amend((known) => (known.some(({ id }) => id === created.id) ? known : [...known, created]));
      return created;
    },
    /** Replaces a policy; `undefined`: it is gone. */
    async updateAccessPolicy({ accountId, id }: InAccount, content: PolicyContent, signal: AbortSignal) {
      const list = lists.policies.of(accountId);
      const updated = await calls.make({
        ...onPolicies(`change the Access policy "${content.name}"`, accountId),
        send: ({ zeroTrust: { access } }) =>
          access.policies.update(id, bodyOf(accountId, content), { signal }).then(remotePolicy, (error: unknown) => {
            if (isGone(error)) return undefined;
            if (isUnanswered(error)) list.expire();
            throw error;
          }),
      });
      list.amend((known) => known.flatMap((one) => (one.id === id ? replaced(one, updated) : one)));
      return updated;
    },
    /** False: an application uses it. A policy that is gone already counts as deleted. */
    async deleteAccessPolicy({ accountId, id }: InAccount, signal: AbortSignal): Promise<boolean> {
      const isDeleted = await calls.make({
        ...onPolicies('delete the Access policy', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.policies.delete(id, { account_id: accountId }, { signal }).then(() => true, falseIfInUse),
      });
      if (isDeleted) lists.policies.of(accountId).amend((known) => known.filter((one) => one.id !== id));
      else lists.policies.of(accountId).expire();
      return isDeleted;
    },
  };
}

/** Whether applications use it is told by a list that is newer than the answer. */
function replaced({ isUsed }: RemotePolicy, updated: RemotePolicy | undefined): readonly RemotePolicy[] {
  return updated === undefined ? [] : [{ ...updated, isUsed }];
}

function onPolicies(doing: string, accountId: string) {
  return onAccess(doing, APPS_AND_POLICIES, accountId);
}

async function listPolicies(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const policies = await readPages(ACCESS_PER_PAGE, (page) =>
    client.zeroTrust.access.policies.list({ account_id: accountId, page, per_page: ACCESS_PER_PAGE }, { signal }),
  );
  return policies.map(remotePolicy);
}

/** The SDK's types list every kind of rule; the kinds that we make are those of `core/access/rules.ts`. */
function bodyOf(accountId: string, content: PolicyContent) {
  const { name, decision, include, require, exclude, sessionDuration } = content;
  return {
    account_id: accountId,
    name,
    decision,
    include: sdkRules(include),
    require: sdkRules(require),
    exclude: sdkRules(exclude),
    ...(sessionDuration === undefined ? {} : { session_duration: sessionDuration }),
  };
}

function sdkRules(rules: readonly RemoteRule[]): never[] {
  return [...rules] as never[];
}

interface WirePolicy {
  readonly id?: string;
  readonly name?: string;
  readonly decision?: string;
  readonly include?: readonly object[];
  readonly require?: readonly object[];
  readonly exclude?: readonly object[];
  readonly session_duration?: string | null;
  readonly app_count?: number;
}

function remotePolicy(policy: WirePolicy): RemotePolicy {
  const { id = '', name = '', decision = 'deny', include = [], require = [], exclude = [] } = policy;
  const { session_duration: sessionDuration, app_count: applications = 0 } = policy;
  return {
    id,
    name,
    decision: decision as RemoteDecision,
    include: include as readonly RemoteRule[],
    require: require as readonly RemoteRule[],
    exclude: exclude as readonly RemoteRule[],
    ...(sessionDuration ? { sessionDuration } : {}),
    isUsed: applications > 0,
  };
}

/** 409: applications use the policy. */
function falseIfInUse(error: unknown): boolean {
  if (isGone(error)) return true;
  if (hasStatus(error, 409)) return false;
  throw error;
}

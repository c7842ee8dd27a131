import type { AccessPolicyStatus } from '../../api/accesspolicy.gen.ts';
import type { Condition } from '../../api/conditions.ts';
import type { AccessPolicy, ObjectKey } from '../../api/objects.ts';
import type { Change } from '../model/change.ts';
import { compare, keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import type { AccessReport } from './report.ts';

/** An account that has the policy. */
export interface PolicyEntry {
  readonly accountId: string;
  readonly policyId: string;
  /** The Tunnels that use it. */
  readonly tunnels: readonly ObjectKey[];
}

/** The entries of a status; empty until the operator has seen the policy. */
export function entriesOf({ status }: AccessPolicy): readonly PolicyEntry[] {
  return (status?.accounts ?? []).map(({ tunnels = [], ...entry }) => ({ ...entry, tunnels }));
}

/** Every account in which the policy is, or may be since an interrupted pass. */
export function accountsOf({ status }: AccessPolicy): readonly string[] {
  const accounts = [...(status?.accounts ?? []).map(({ accountId }) => accountId), ...(status?.pendingAccounts ?? [])];
  return [...new Set(accounts)].toSorted(compare);
}

/**
 * The id of a policy that the status names and a list of the account lacks: the list may lag behind its creation. Never
 * the one that the spec names, which is not ours.
 */
export function unlistedPolicy(
  policy: AccessPolicy,
  accountId: string,
  shown: readonly { readonly id: string }[],
): string | undefined {
  const id = entriesOf(policy).find((entry) => entry.accountId === accountId)?.policyId;
  return id === policy.spec.existing?.id || shown.some((one) => one.id === id) ? undefined : id;
}

/** Equal facts give an equal status. */
export function policyStatus(
  policy: AccessPolicy,
  entries: readonly PolicyEntry[],
  { conditions, pending }: { readonly conditions: readonly Condition[]; readonly pending: readonly string[] },
): AccessPolicyStatus {
  const accounts = entries
    .toSorted((a, b) => compare(a.accountId, b.accountId))
    .map(({ tunnels, ...entry }) => ({ ...entry, tunnels: tunnels.toSorted(compare) }));
  return {
    observedGeneration: policy.metadata.generation ?? 0,
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(pending.length === 0 ? {} : { pendingAccounts: pending.toSorted(compare) }),
    conditions: conditions.map((condition) => ({ ...condition })),
  };
}

const UNUSED: AccessReport = {
  status: 'True',
  reason: 'Unused',
  message: 'No hostname and no Tunnel uses the policy, so it is not at Cloudflare',
};

/** What a policy without a problem says. */
export function goodReport(isUsed: boolean, surprises: readonly string[]): AccessReport {
  if (!isUsed) return UNUSED;
  const message = ['The policy is at Cloudflare as its spec says', ...surprises].join('. ');
  return { status: 'True', reason: 'PolicySynced', message };
}

export function usersText(users: readonly ObjectKey[]): string {
  return `hostnames of Tunnel${users.length === 1 ? '' : 's'} ${listed(users.toSorted(compare))}`;
}

/** A change to a policy at Cloudflare. */
export function policyChange(
  reason: 'AccessPolicyCreated' | 'AccessPolicyUpdated' | 'AccessPolicyDeleted',
  policy: AccessPolicy,
  { id, accountId }: { readonly id: string; readonly accountId: string },
): Change {
  const what = { AccessPolicyCreated: 'created', AccessPolicyUpdated: 'changed', AccessPolicyDeleted: 'deleted' };
  return {
    reason,
    message: `Access policy ${id} was ${what[reason]} in account ${accountId}`,
    entries: [{ id, account: accountId, policy: keyOf(policy) }],
  };
}

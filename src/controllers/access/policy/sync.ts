/** Brings the policy in one account to its spec. */
import type { AccessReason } from '../../../api/conditions.ts';
import { contentOf, isSamePolicy, ownPolicy } from '../../../core/access/policy.ts';
import { listsNeeded, referencesTo } from '../../../core/access/references.ts';
import type { RemotePolicy } from '../../../core/access/remote.ts';
import type { References } from '../../../core/access/rules.ts';
import type { Account } from '../accounts.ts';
import type { PolicyPass, PolicyPort } from './context.ts';
import { findOwnPolicy } from './own.ts';
import { type Announce, createPolicy, deletePolicy, isAsAnswered, updatePolicy } from './write.ts';

export interface Synced {
  /** The policy that may be used; absent: there is none, not even a last good one. */
  readonly policyId?: string | undefined;
  readonly problem?: { readonly reason: AccessReason; readonly message: string };
}

export async function syncPolicy(
  port: PolicyPort,
  pass: PolicyPass,
  { account, announce }: { readonly account: Account; readonly announce: Announce },
): Promise<Synced> {
  const { policy, name, maxAgeMs, signal } = pass;
  const { accountId, cloudflare } = account;
  const policies = await cloudflare.accessPolicies(accountId, maxAgeMs, signal);
  if (policy.spec.existing !== undefined) return useExisting(port, pass, { account, policies });
  const own = await findOwnPolicy(pass, account, policies);
  const wanted = contentOf(policy.spec, name, await readReferences(port, pass, account));
  if ('problem' in wanted) {
    const reason = wanted.isReference === true ? 'ReferenceNotFound' : 'PolicyInvalid';
    return { policyId: own?.id, problem: { reason, message: `${wanted.problem}${keptText(own)}` } };
  }
  if (own === undefined) return { policyId: await createPolicy(port, pass, { account, wanted, announce }) };
  if (isSamePolicy(wanted, own) || isAsAnswered(port, accountId, { wanted, own })) return { policyId: own.id };
  return { policyId: await updatePolicy(port, pass, { account, wanted, own }) };
}

function keptText(own: RemotePolicy | undefined): string {
  return own === undefined ? '' : '. Until then the last good policy stays in force';
}

async function useExisting(
  port: PolicyPort,
  pass: PolicyPass,
  { account, policies }: { readonly account: Account; readonly policies: readonly RemotePolicy[] },
): Promise<Synced> {
  const { policy, name } = pass;
  const id = policy.spec.existing?.id;
  const own = ownPolicy(policies, name, id);
  if (policies.some((one) => one.id === id)) {
    if (own !== undefined && !own.isUsed) await deletePolicy(port, pass, { account, own });
    return { policyId: id };
  }
  const before = policy.status?.accounts?.find(({ accountId }) => accountId === account.accountId)?.policyId;
  const kept = policies.find((one) => one.id === before);
  const message = `Account ${account.accountId} has no reusable policy with the id in spec.existing${keptText(kept)}`;
  return { policyId: kept?.id, problem: { reason: 'PolicyNotFound', message } };
}

/** A list is read only for a rule that names something in it. */
async function readReferences(
  port: PolicyPort,
  pass: PolicyPass,
  { accountId, cloudflare }: Account,
): Promise<References> {
  const { policy, maxAgeMs, signal } = pass;
  const needed = listsNeeded(policy.spec);
  return referencesTo({
    accountId,
    groups: needed.groups ? await cloudflare.accessGroups(accountId, maxAgeMs, signal) : [],
    loginMethods: needed.loginMethods ? await cloudflare.loginMethods(accountId, maxAgeMs, signal) : [],
    serviceToken: (name) => port.serviceTokens.get(`${policy.metadata.namespace}/${name}`),
  });
}

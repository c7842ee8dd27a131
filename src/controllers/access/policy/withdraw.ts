/** Removes the policy from an account in which nobody asks for it any more. */
import { FRESH_MAX_AGE_MS } from '../../../core/fresh-max-age.ts';
import { type PolicyEntry, entriesOf } from '../../../core/access/policy-status.ts';
import { reopenAccount } from '../accounts.ts';
import type { PolicyPass, PolicyPort } from './context.ts';
import { findOwnPolicy } from './own.ts';
import { deletePolicy, uncertain } from './write.ts';

/** What the status still shows of the account: nothing, unless an application uses the policy. */
export async function withdrawPolicy(
  port: PolicyPort,
  pass: PolicyPass,
  accountId: string,
): Promise<readonly PolicyEntry[]> {
  const account = await reopenAccount(port, accountId, pass.signal);
  const policies = await account.cloudflare.accessPolicies(accountId, FRESH_MAX_AGE_MS, pass.signal);
  const own = await findOwnPolicy(pass, account, policies);
  if (own === undefined && !account.cloudflare.hasAllAccessPolicies(accountId)) throw uncertain();
  if (own === undefined || (!own.isUsed && (await deletePolicy(port, pass, { account, own })))) return [];
  const entry = entriesOf(pass.policy).find((one) => one.accountId === accountId);
  return [{ accountId, policyId: entry?.policyId ?? own.id, tunnels: [] }];
}

/** Finds our policy in one account. */
import { ownPolicy } from '../../../core/access/policy.ts';
import { entriesOf } from '../../../core/access/policy-status.ts';
import type { RemotePolicy } from '../../../core/access/remote.ts';
import type { Account } from '../accounts.ts';
import type { PolicyPass } from './context.ts';

/**
 * The list may lag behind the creation of a policy, which another process or other credentials may have made. So one that
 * the status names is asked for by its id, and is ours if its name says so.
 */
export async function findOwnPolicy(
  { policy, name, signal }: PolicyPass,
  { accountId, cloudflare }: Account,
  policies: readonly RemotePolicy[],
): Promise<RemotePolicy | undefined> {
  const existing = policy.spec.existing?.id;
  const shown = ownPolicy(policies, name, existing);
  if (shown !== undefined) return shown;
  const id = entriesOf(policy).find((entry) => entry.accountId === accountId)?.policyId;
  if (id === undefined || id === existing || policies.some((one) => one.id === id)) return undefined;
  const found = await cloudflare.accessPolicy({ accountId, id }, signal);
  return found?.name === name ? found : undefined;
}

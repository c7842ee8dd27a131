/** Finds our policy in one account. */
import { ownPolicy } from '../../../core/access/policy.ts';
import { unlistedPolicy } from '../../../core/access/policy-status.ts';
import type { RemotePolicy } from '../../../core/access/remote.ts';
import type { Account } from '../accounts.ts';
import type { PolicyPass } from './context.ts';

/**
 * A list may lag behind the creation of a policy by an earlier process, or with other credentials. So a policy that the
 * status names is read by its id, and its name proves that it is ours.
 */
export async function findOwnPolicy(
  { policy, name, signal }: PolicyPass,
  { accountId, cloudflare }: Account,
  policies: readonly RemotePolicy[],
): Promise<RemotePolicy | undefined> {
  const shown = ownPolicy(policies, name, policy.spec.existing?.id);
  if (shown !== undefined) return shown;
  const id = unlistedPolicy(policy, accountId, policies);
  if (id === undefined) return undefined;
  const found = await cloudflare.accessPolicy({ accountId, id }, signal);
  return found?.name === name ? found : undefined;
}

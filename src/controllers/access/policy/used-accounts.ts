/** Finds the accounts in which a policy is used. */
import type { ObjectKey } from '../../../api/objects.ts';
import type { Stages } from '../../../runtime/stages.ts';
import { type Account, openAccount } from '../accounts.ts';
import type { PolicyPass, PolicyPort } from './context.ts';

export interface UsedAccount {
  /** Absent: it could not be opened. */
  readonly account: Account | undefined;
  readonly tunnels: readonly ObjectKey[];
}

/** The accounts of the Tunnels that use the policy, each opened with the first Tunnel whose credentials work. */
export async function usedAccounts(
  port: PolicyPort,
  pass: PolicyPass,
  { users, stages }: { readonly users: readonly ObjectKey[]; readonly stages: Stages<string> },
): Promise<ReadonlyMap<string, UsedAccount>> {
  const found = new Map<string, UsedAccount>();
  for (const key of users) {
    const tunnel = port.tunnels.get(key);
    if (tunnel === undefined) continue;
    const account = await stages.run(key, () => openAccount(port, tunnel, pass.signal));
    const accountId = account?.accountId ?? tunnel.status?.accountId;
    if (accountId === undefined) continue;
    const { account: known, tunnels = [] } = found.get(accountId) ?? {};
    found.set(accountId, { account: known ?? account, tunnels: [...tunnels, key] });
  }
  return found;
}

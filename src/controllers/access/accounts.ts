/** Opens accounts with the credentials of Tunnels. */
import type { Tunnel } from '../../api/objects.ts';
import { byAge, keyOf } from '../../core/keys.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { Stages } from '../../runtime/stages.ts';
import { openCloudflare } from '../tunnel/steps/credentials.ts';
import type { AccessCloudflare, AccountsPort } from './ports.ts';

export interface Account {
  readonly accountId: string;
  readonly cloudflare: AccessCloudflare;
}

/** The account of a Tunnel: as its spec or its Secret names it, else the one in which it has its tunnel. */
export async function openAccount(port: AccountsPort, tunnel: Tunnel, signal: AbortSignal): Promise<Account> {
  const { cloudflare, accountId: ofSecret } = await openCloudflare(port, { tunnel, secrets: port.secrets, signal });
  const accountId = tunnel.spec.accountId ?? ofSecret ?? tunnel.status?.accountId;
  if (accountId === undefined)
    throw new OperatorError('Progressing', 'wait', `Tunnel ${keyOf(tunnel)} has not found its account yet`);
  port.lastSessions.set(accountId, cloudflare);
  return { accountId, cloudflare };
}

/** Opens an account through any Tunnel in it, else as it was opened last. */
export async function reopenAccount(port: AccountsPort, accountId: string, signal: AbortSignal): Promise<Account> {
  const attempts = new Stages<string>(signal);
  for (const tunnel of port.tunnels.list().filter(mayBeIn(accountId)).toSorted(byAge)) {
    const account = await attempts.run('account', () => openAccount(port, tunnel, signal));
    if (account?.accountId === accountId) return account;
  }
  const cloudflare = port.lastSessions.get(accountId);
  if (cloudflare !== undefined) return { accountId, cloudflare };
  const message = `No Tunnel has credentials for account ${accountId}`;
  throw attempts.failures[0] ?? new OperatorError('SecretNotFound', 'stall', message);
}

/** Or may be: only its Secret says which account it is in. */
function mayBeIn(accountId: string): (tunnel: Tunnel) => boolean {
  return ({ spec, status }) => (spec.accountId ?? status?.accountId ?? accountId) === accountId;
}

/** Finds our service tokens in an account. */
import type { RemoteServiceToken } from '../../../core/access/remote.ts';
import type { Account } from '../accounts.ts';
import type { TokenPass } from './context.ts';

/**
 * The list may lag behind the creation of a token, which another process or other credentials may have made. So one that
 * the status names is asked for by its id, and is ours if its name says so.
 */
export async function listOwnTokens(
  { token, name, signal }: TokenPass,
  { accountId, cloudflare }: Account,
  maxAgeMs: number,
): Promise<readonly RemoteServiceToken[]> {
  const shown = (await cloudflare.serviceTokens(accountId, maxAgeMs, signal)).filter((one) => one.name === name);
  const { tokenId: id, accountId: madeIn } = token.status ?? {};
  if (shown.length > 0 || id === undefined || madeIn !== accountId) return shown;
  const found = await cloudflare.serviceToken({ accountId, id }, signal);
  return found?.name === name ? [found] : [];
}

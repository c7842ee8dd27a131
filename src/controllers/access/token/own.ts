/** Finds our service tokens in an account. */
import type { RemoteServiceToken } from '../../../core/access/remote.ts';
import type { Account } from '../accounts.ts';
import type { TokenPass } from './context.ts';

/**
 * A list may lag behind the creation of a token by an earlier process, or with other credentials. So a token that the
 * status names is read by its id, and its name proves that it is ours.
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

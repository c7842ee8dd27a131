import type { ClientCredentials, RemoteServiceToken } from '../../../core/access/remote.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasCode, hasStatus, isGone, isUnanswered } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';
import type { AccessLists } from './lists.ts';
import { ACCESS_PER_PAGE, type AccessCalls, SERVICE_TOKENS, onAccess } from './purpose.ts';

export interface TokenKey {
  readonly accountId: string;
  readonly id: string;
}

export function openServiceTokens(calls: AccessCalls, lists: AccessLists) {
  const replace = (accountId: string, token: RemoteServiceToken): void =>
    lists.serviceTokens.of(accountId).amend((known) => [...known.filter(({ id }) => id !== token.id), token]);
  return {
    serviceTokens: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteServiceToken[]> =>
      calls.cached(lists.serviceTokens.of(accountId), maxAgeMs, {
        ...onTokens('list the service tokens', accountId),
        send: (client) => listTokens(client, accountId, signal),
      }),
    /** One token as it is now; `undefined`: there is none with the id. */
    serviceToken: ({ accountId, id }: TokenKey, signal: AbortSignal): Promise<RemoteServiceToken | undefined> =>
      calls.make({
        ...onTokens('read a service token', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.serviceTokens.get(id, { account_id: accountId }, { signal }).then(remoteToken, undefinedIfGone),
      }),
    /** Whether a token of ours that the list lacks does not exist. */
    hasAllServiceTokens: (accountId: string): boolean => lists.serviceTokens.of(accountId).isAuthoritative,
    /** The answer has the secret, which no other call shows. */
    async createServiceToken(
      accountId: string,
      { name, duration }: Pick<RemoteServiceToken, 'name' | 'duration'>,
      signal: AbortSignal,
    ): Promise<RemoteServiceToken & ClientCredentials> {
      const list = lists.serviceTokens.of(accountId);
      const created = await calls.make({
        ...onTokens(`create the service token "${name}"`, accountId),
        send: ({ zeroTrust: { access } }) =>
          access.serviceTokens.create({ account_id: accountId, name, duration }, { signal }).catch((error: unknown) => {
            if (isUnanswered(error)) list.markUncertain();
            throw error;
          }),
      });
      replace(accountId, remoteToken(created));
      return { ...remoteToken(created), clientSecret: created.client_secret ?? '' };
    },
    /** Makes a new secret; the former one stays valid until then. `undefined`: the token is gone. */
    async rotateServiceToken(
      { accountId, id }: TokenKey,
      formerUntil: string,
      signal: AbortSignal,
    ): Promise<ClientCredentials | undefined> {
      const rotated = await calls.make({
        ...onTokens('rotate the service token', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.serviceTokens
            .rotate(id, { account_id: accountId, previous_client_secret_expires_at: formerUntil }, { signal })
            .catch(undefinedIfGone),
      });
      if (rotated === undefined) lists.serviceTokens.of(accountId).expire();
      return rotated && { clientId: rotated.client_id ?? '', clientSecret: rotated.client_secret ?? '' };
    },
    /** Counts the duration of a token from now; without one, Cloudflare counts a year. */
    async extendServiceToken(
      { accountId, id }: TokenKey,
      duration: string | undefined,
      signal: AbortSignal,
    ): Promise<RemoteServiceToken | undefined> {
      const extended = await calls.make({
        ...onTokens('extend the service token', accountId),
        send: ({ zeroTrust: { access } }) => {
          const token =
            duration === undefined
              ? access.serviceTokens.refresh(id, { account_id: accountId }, { signal })
              : access.serviceTokens.update(id, { account_id: accountId, duration }, { signal });
          return token.then(remoteToken, undefinedIfGone);
        },
      });
      if (extended === undefined) lists.serviceTokens.of(accountId).expire();
      else replace(accountId, extended);
      return extended;
    },
    /** Nobody enters with it any more. */
    async disableServiceToken({ accountId, id }: TokenKey, signal: AbortSignal): Promise<void> {
      const disabled = await calls.make({
        ...onTokens('disable the service token', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.serviceTokens.update(id, { account_id: accountId, enabled: false }, { signal }).catch(undefinedIfGone),
      });
      if (disabled !== undefined) replace(accountId, remoteToken(disabled));
    },
    /** False: a policy or group names it. A token that is gone already counts as deleted. */
    async deleteServiceToken({ accountId, id }: TokenKey, signal: AbortSignal): Promise<boolean> {
      const isDeleted = await calls.make({
        ...onTokens('delete the service token', accountId),
        send: ({ zeroTrust: { access } }) =>
          access.serviceTokens.delete(id, { account_id: accountId }, { signal }).then(() => true, falseIfInUse),
      });
      if (isDeleted) lists.serviceTokens.of(accountId).amend((known) => known.filter((one) => one.id !== id));
      return isDeleted;
    },
  };
}

function onTokens(doing: string, accountId: string) {
  return onAccess(doing, SERVICE_TOKENS, accountId);
}

async function listTokens(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const tokens = await readPages(ACCESS_PER_PAGE, (page) =>
    client.zeroTrust.access.serviceTokens.list({ account_id: accountId, page, per_page: ACCESS_PER_PAGE }, { signal }),
  );
  return tokens.map(remoteToken);
}

interface WireToken {
  readonly id?: string;
  readonly name?: string;
  readonly client_id?: string;
  readonly duration?: string;
  readonly enabled?: boolean;
  readonly expires_at?: string | null;
}

/** The SDK's type of a token that was just created lacks `expires_at`. */
function remoteToken(token: WireToken): RemoteServiceToken {
  const { id = '', name = '', client_id: clientId = '', duration = '', enabled = true, expires_at: expiresAt } = token;
  return { id, name, clientId, duration, isEnabled: enabled, ...(expiresAt ? { expiresAt } : {}) };
}

function undefinedIfGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

/** 12139: a policy or group names the token. */
function falseIfInUse(error: unknown): boolean {
  if (isGone(error)) return true;
  if (hasStatus(error, 409) || hasCode(error, 12139)) return false;
  throw error;
}

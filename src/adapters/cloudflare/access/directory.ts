import type { NamedObject } from '../../../core/access/remote.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { readPages } from '../calls/paging.ts';
import type { AccessLists, Organization } from './lists.ts';
import { ACCESS_PER_PAGE, type AccessCalls, ORGANIZATIONS, onAccess } from './purpose.ts';

/** What people set up in the dashboard: the team, groups and login methods. They are only read. */
export function openAccessDirectory(calls: AccessCalls, lists: AccessLists) {
  return {
    accessOrganization: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<Organization> =>
      calls.cached(lists.organizations.of(accountId), maxAgeMs, {
        ...onDirectory('read the organization of Access', accountId),
        send: async ({ zeroTrust }) => {
          const { auth_domain: authDomain = '' } = await zeroTrust.organizations.list(
            { account_id: accountId },
            { signal },
          );
          return { authDomain };
        },
      }),
    accessGroups: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly NamedObject[]> =>
      calls.cached(lists.groups.of(accountId), maxAgeMs, {
        ...onDirectory('list the groups of Access', accountId),
        send: (client) => listGroups(client, accountId, signal),
      }),
    loginMethods: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly NamedObject[]> =>
      calls.cached(lists.loginMethods.of(accountId), maxAgeMs, {
        ...onDirectory('list the login methods of Access', accountId),
        send: (client) => listLoginMethods(client, accountId, signal),
      }),
  };
}

function onDirectory(doing: string, accountId: string) {
  return onAccess(doing, ORGANIZATIONS, accountId);
}

async function listGroups(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const groups = await readPages(ACCESS_PER_PAGE, (page) =>
    client.zeroTrust.access.groups.list({ account_id: accountId, page, per_page: ACCESS_PER_PAGE }, { signal }),
  );
  return groups.map(({ id = '', name = '' }) => ({ id, name }));
}

/** The one-time PIN has no name of its own. */
async function listLoginMethods(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const methods = await readPages(ACCESS_PER_PAGE, (page) =>
    client.zeroTrust.identityProviders.list({ account_id: accountId, page, per_page: ACCESS_PER_PAGE }, { signal }),
  );
  return methods.map(({ id = '', name, type }) => ({ id, name: name || type }));
}

import { expect, it } from '@jest/globals';
import { never } from '../a-session.ts';
import { EVERYONE, anAccessAccount } from './an-access-account.ts';

it('the organization has the host of the team', async () => {
  const { session, account } = await anAccessAccount();

  await expect(session.accessOrganization(account, 0, never)).resolves.toEqual({
    authDomain: 'acme.cloudflareaccess.com',
  });
});

it('groups have a name and an id', async () => {
  const { session, account, admin } = await anAccessAccount();
  const id = admin.access.addGroup({ account, name: 'staff', include: EVERYONE });

  await expect(session.accessGroups(account, 0, never)).resolves.toEqual([{ id, name: 'staff' }]);
});

it('login methods have a name and an id, and the one-time PIN the name of its kind', async () => {
  const { session, account, admin } = await anAccessAccount();
  const id = admin.access.addIdentityProvider({ account, name: 'GitHub', type: 'github' });

  await expect(session.loginMethods(account, 0, never)).resolves.toEqual([
    { id: expect.any(String), name: 'onetimepin' },
    { id, name: 'GitHub' },
  ]);
});

import { describe, expect, it } from '@jest/globals';
import { ACCESS_PERMISSIONS, OPERATOR_PERMISSIONS, Permission } from '../../../src/cloudflare/identity/permissions.ts';
import { aCloud } from '../a-cloud.ts';
import { anAccessCloud, idOf } from './an-access-cloud.ts';

describe('an account without an organization', () => {
  it.each([403, 404] as const)('answers %i to everything that concerns Access', async (accessNotEnabledStatus) => {
    const cloud = await aCloud({ assumptions: { accessNotEnabledStatus } });

    for (const kind of [
      'organizations',
      'apps',
      'policies',
      'service_tokens',
      'groups',
      'identity_providers',
      'tags',
    ]) {
      const { status, code, message } = await cloud.get(`/accounts/${cloud.account}/access/${kind}`);
      expect([kind, status, code]).toEqual([kind, accessNotEnabledStatus, 9999]);
      expect(message).toMatch(/^access\.api\.error\.not_enabled: Access is not enabled\./);
    }
  });

  it('loses everything that it had', async () => {
    const cloud = await anAccessCloud();
    await cloud.application({ policies: [idOf(await cloud.policy())] });

    cloud.admin.access.disable(cloud.account);

    expect((await cloud.application()).code).toBe(9999);
    expect(cloud.admin.access.applications(cloud.account)).toEqual([]);
    expect(cloud.admin.access.policies(cloud.account)).toEqual([]);
  });
});

describe('an organization', () => {
  it('has the domain of its team, and a one-time PIN as its first way to sign in', async () => {
    const cloud = await anAccessCloud();

    const { result } = await cloud.get(`${cloud.path}/organizations`);
    const { list } = await cloud.get(`${cloud.path}/identity_providers`);

    expect(result).toMatchObject({ name: 'acme', auth_domain: 'acme.cloudflareaccess.com' });
    expect(result['strict_service_token_auth']).toBe(true);
    expect(list).toMatchObject([{ type: 'onetimepin' }]);
  });

  it('has groups and identity providers', async () => {
    const cloud = await anAccessCloud();
    const { account, path } = cloud;
    const include = [{ email_domain: { domain: 'example.com' } }];
    const group = cloud.admin.access.addGroup({ account, name: 'Staff', include });
    const provider = cloud.admin.access.addIdentityProvider({ account, name: 'GitHub', type: 'github' });

    expect((await cloud.get(`${path}/groups/${group}`)).result).toMatchObject({ name: 'Staff', include, exclude: [] });
    expect((await cloud.get(`${path}/groups?search=sta`)).list).toHaveLength(1);
    expect((await cloud.get(`${path}/groups?name=sta`)).list).toEqual([]);
    expect((await cloud.get(`${path}/identity_providers/${provider}`)).result).toMatchObject({ type: 'github' });
    expect((await cloud.get(`${path}/identity_providers/${group}`)).code).toBe(12135);
  });

  it('sees nothing of another one', async () => {
    const cloud = await anAccessCloud();
    const app = idOf(await cloud.application());
    const other = cloud.admin.addAccount({ name: 'Other', team: 'other' }).id;
    const path = `/accounts/${other}/access`;

    expect((await cloud.get(`${path}/apps`)).list).toEqual([]);
    expect((await cloud.get(`${path}/apps/${app}`)).code).toBe(11021);
    expect((await cloud.call('DELETE', `${path}/apps/${app}`)).status).toBe(404);
  });
});

describe('a token without', () => {
  it.each([
    { permission: Permission.accessPoliciesWrite, calls: ['GET apps', 'POST apps', 'GET policies', 'POST policies'] },
    { permission: Permission.accessServiceTokensWrite, calls: ['GET service_tokens', 'POST service_tokens'] },
    {
      permission: Permission.accessOrganizationsRead,
      calls: ['GET organizations', 'GET groups', 'GET identity_providers'],
    },
  ])('$permission cannot $calls', async ({ permission, calls }) => {
    const cloud = await anAccessCloud();
    cloud.admin.setPermissions(cloud.token, without(permission));

    for (const call of calls) {
      const [method = '', kind = ''] = call.split(' ');
      const { status, code } = await cloud.call(method, `${cloud.path}/${kind}`, method === 'POST' ? {} : undefined);
      expect([call, status, code]).toEqual([call, 403, 10000]);
    }
  });

  it('the right to write may still read', async () => {
    const cloud = await anAccessCloud();
    cloud.admin.setPermissions(cloud.token, [Permission.accessPoliciesRead, Permission.accessServiceTokensRead]);

    const reads = ['apps', 'policies', 'service_tokens'].map((kind) => cloud.get(`${cloud.path}/${kind}`));

    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await cloud.application()).status).toBe(403);
    expect((await cloud.serviceToken()).status).toBe(403);
  });
});

it('all of Access is part of a snapshot', async () => {
  const cloud = await anAccessCloud();
  const policy = idOf(await cloud.policy());
  await cloud.application({ policies: [policy] });
  const before = cloud.admin.snapshot();
  await cloud.application({ domain: 'www.example.com' });
  await cloud.serviceToken();

  cloud.admin.restore(before);

  expect((await cloud.get(`${cloud.path}/apps`)).list).toMatchObject([{ policies: [{ id: policy }] }]);
  expect((await cloud.get(`${cloud.path}/service_tokens`)).list).toEqual([]);
});

function without(permission: string): string[] {
  return [...OPERATOR_PERMISSIONS, ...ACCESS_PERMISSIONS].filter((granted) => granted !== permission);
}

import { describe, expect, it } from '@jest/globals';
import Cloudflare from 'cloudflare';
import { type AccessCloud, anAccessCloud } from './an-access-cloud.ts';

function sdkFor(cloud: AccessCloud) {
  const sdk = new Cloudflare({
    baseURL: cloud.url,
    apiToken: cloud.token,
    apiKey: null,
    apiEmail: null,
    maxRetries: 0,
  });
  return { ...sdk.zeroTrust, account: { account_id: cloud.account } };
}

describe('the npm SDK handles Access', () => {
  it('from policy and application to deletion', async () => {
    const { access, account } = sdkFor(await anAccessCloud());
    const include = [{ email_domain: { domain: 'example.com' } }];

    const policy = await access.policies.create({ ...account, name: 'staff', decision: 'allow', include });
    const made = await access.applications.create({
      ...account,
      type: 'self_hosted',
      domain: 'app.example.com',
      destinations: [{ type: 'public', uri: 'app.example.com' }],
      policies: [{ id: policy.id ?? '', precedence: 1 }],
    });
    const id = made.id ?? '';

    expect(made).toMatchObject({ aud: expect.any(String), policies: [{ id: policy.id, include, precedence: 1 }] });
    const listed = await access.applications.list({ ...account, domain: 'app.example.com', exact: true, per_page: 50 });
    expect(listed.result).toEqual([made]);
    expect(listed.result_info).toMatchObject({ per_page: 50, total_count: 1 });
    expect(await access.applications.get(id, account)).toEqual(made);
    const put = await access.applications.update(id, { ...account, type: 'self_hosted', domain: 'www.example.com' });
    expect(put).toMatchObject({ domain: 'www.example.com', policies: [{ id: policy.id }] });
    await expect(access.policies.delete(policy.id ?? '', account)).rejects.toBeInstanceOf(Cloudflare.ConflictError);
    expect(await access.applications.delete(id, account)).toEqual({ id });
    expect(await access.policies.delete(policy.id ?? '', account)).toEqual({ id: policy.id });
    await expect(access.applications.get(id, account)).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  });

  it('with an error for a domain that is taken', async () => {
    const { access, account } = sdkFor(await anAccessCloud());
    const create = () => access.applications.create({ ...account, type: 'self_hosted', domain: 'app.example.com' });
    await create();

    await expect(create()).rejects.toMatchObject({ status: 409, errors: [{ code: 11010 }] });
  });

  it('with service tokens and their rotation', async () => {
    const { access, account } = sdkFor(await anAccessCloud());
    const { serviceTokens } = access;

    const made = await serviceTokens.create({ ...account, name: 'robot', duration: '8760h' });
    const id = made.id ?? '';
    const rotated = await serviceTokens.rotate(id, {
      ...account,
      previous_client_secret_expires_at: '2030-01-01T00:00:00Z',
    });
    const refreshed = await serviceTokens.refresh(id, account);
    const edited = await serviceTokens.update(id, { ...account, name: 'android' });

    expect(rotated.client_id).toBe(made.client_id);
    expect(rotated.client_secret).not.toBe(made.client_secret);
    expect(refreshed.expires_at).toEqual(expect.any(String));
    expect(edited.name).toBe('android');
    expect((await serviceTokens.list(account)).result).toEqual([edited]);
    expect(await serviceTokens.delete(id, account)).toMatchObject({ id });
  });

  it('with what only people change', async () => {
    const cloud = await anAccessCloud();
    const { access, identityProviders, organizations, account } = sdkFor(cloud);
    const group = cloud.admin.access.addGroup({ account: cloud.account, name: 'staff' });

    expect(await organizations.list(account)).toMatchObject({ auth_domain: 'acme.cloudflareaccess.com' });
    expect((await identityProviders.list(account)).result).toMatchObject([{ type: 'onetimepin' }]);
    expect((await access.groups.list(account)).result).toMatchObject([{ id: group }]);
    expect((await access.policies.list(account)).result).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { anAccessCloud, EVERYONE, idOf } from './an-access-cloud.ts';

describe('a reusable policy', () => {
  it('is answered with how many applications use it', async () => {
    const cloud = await anAccessCloud();

    const made = await cloud.policy({ session_duration: '12h' });
    await cloud.application({ policies: [idOf(made)] });

    expect(made.result).toMatchObject({
      name: 'staff',
      decision: 'allow',
      include: EVERYONE,
      exclude: [],
      require: [],
      reusable: true,
      app_count: 0,
      session_duration: '12h',
      uid: made.result['id'],
    });
    expect((await cloud.get(`${cloud.path}/policies/${idOf(made)}`)).result['app_count']).toBe(1);
    expect((await cloud.get(`${cloud.path}/policies`)).list).toMatchObject([{ app_count: 1 }]);
  });

  it('changes in every application that uses it', async () => {
    const cloud = await anAccessCloud();
    const policy = idOf(await cloud.policy({ session_duration: '12h' }));
    const app = idOf(await cloud.application({ policies: [policy] }));

    const changed = { name: 'nobody', decision: 'deny', include: EVERYONE };
    const put = await cloud.call('PUT', `${cloud.path}/policies/${policy}`, changed);

    expect(put.result).toMatchObject({ id: policy, ...changed });
    expect(put.result).not.toHaveProperty('session_duration');
    expect((await cloud.get(`${cloud.path}/apps/${app}`)).result['policies']).toMatchObject([changed]);
  });

  it('cannot be deleted while an application uses it', async () => {
    const cloud = await anAccessCloud();
    const policy = idOf(await cloud.policy());
    const app = idOf(await cloud.application({ policies: [policy] }));

    const refused = await cloud.call('DELETE', `${cloud.path}/policies/${policy}`);
    await cloud.call('DELETE', `${cloud.path}/apps/${app}`);
    const deleted = await cloud.call('DELETE', `${cloud.path}/policies/${policy}`);
    const again = await cloud.call('DELETE', `${cloud.path}/policies/${policy}`);

    expect([refused.status, refused.code]).toEqual([409, 12132]);
    expect(deleted.result).toEqual({ id: policy });
    expect([again.status, again.code, again.message]).toEqual([404, 12135, 'access.api.error.not_found']);
  });

  it('is one of 500', async () => {
    const cloud = await anAccessCloud({ assumptions: { policiesPerAccount: 1 } });
    await cloud.policy();

    expect((await cloud.policy()).message).toMatch(/maximum number of policies has been reached$/);
  });

  it.each([
    [{ name: undefined }, 'name is required'],
    [{ name: 'a'.repeat(351) }, 'name must not be longer than 350 characters'],
    [{ decision: 'permit' }, 'unrecognized policy decision'],
    [{ include: [] }, 'policy must have at least one include rule'],
    [{ include: 'everyone' }, 'include must be a list of rules'],
    [{ include: [{}] }, 'a rule must have exactly one selector'],
    [{ include: [{ everyone: {}, ip: { ip: '192.0.2.1' } }] }, 'a rule must have exactly one selector'],
    [{ include: [{ mail: { email: 'me@example.com' } }] }, 'unknown rule selector mail'],
    [{ include: [{ email: {} }] }, 'rule email needs email'],
    [{ include: [{ email: { email: 'me' } }] }, 'email is invalid'],
    [{ include: [{ ip: { ip: '192.0.2' } }] }, 'ip is invalid'],
    [{ include: [{ ip: { ip: '192.0.2.0/33' } }] }, 'ip is invalid'],
    [{ include: [{ geo: { country_code: 'Portugal' } }] }, 'country_code is invalid'],
    [{ exclude: [{ group: { id: 'x' } }] }, 'rule group refers to something that does not exist'],
    [{ require: [{ login_method: { id: 'x' } }] }, 'rule login_method refers to something that does not exist'],
    [{ include: [{ service_token: { token_id: 'x' } }] }, 'rule service_token refers to something that does not exist'],
    [
      { decision: 'bypass', require: [{ email: { email: 'me@example.com' } }] },
      'bypass policies do not support identity-based rules',
    ],
  ])('with %j is refused: %s', async (body, reason) => {
    const cloud = await anAccessCloud();

    const { status, code, message } = await cloud.policy(body);

    expect([status, code, message]).toEqual([400, 12130, `access.api.error.invalid_request: ${reason}`]);
    expect(cloud.admin.access.policies(cloud.account)).toEqual([]);
  });

  it('keeps rules of every kind', async () => {
    const cloud = await anAccessCloud();
    const { account } = cloud;
    const include = [
      { email: { email: 'me@example.com' } },
      { email_domain: { domain: 'example.com' } },
      { group: { id: cloud.admin.access.addGroup({ account, name: 'staff' }) } },
      { login_method: { id: cloud.admin.access.addIdentityProvider({ account, name: 'GitHub', type: 'github' }) } },
      { service_token: { token_id: idOf(await cloud.serviceToken()) } },
      { any_valid_service_token: {} },
      { geo: { country_code: 'PT' } },
      { ip: { ip: '2001:db8::/32' } },
      { certificate: {} },
      { common_name: { common_name: 'robot' } },
    ];

    expect((await cloud.policy({ include })).result['include']).toEqual(include);
  });

  it.each([
    { singleAddresses: 'as-network' as const, ip: '192.0.2.1/32' },
    { singleAddresses: 'as-sent' as const, ip: '192.0.2.1' },
  ])('has a single address $singleAddresses', async ({ singleAddresses, ip }) => {
    const cloud = await anAccessCloud({ assumptions: { singleAddresses } });

    const { result } = await cloud.policy({ include: [{ ip: { ip: '192.0.2.1' } }] });

    expect(result['include']).toEqual([{ ip: { ip } }]);
  });
});

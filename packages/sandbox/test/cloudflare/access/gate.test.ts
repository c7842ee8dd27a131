import { describe, expect, it } from '@jest/globals';
import { EMAIL, ME, OFFICE, type Json, type Scene, aScene, assertedBy } from './access-scene.ts';
import { EVERYONE, idOf, type AccessCloud } from './an-access-cloud.ts';

describe('Access', () => {
  it('leaves alone what no application protects', async () => {
    const { outcome } = await aScene([], { domain: 'app.example.com/admin' });

    expect(outcome()).toBe('open');
    expect(outcome({ host: 'www.example.com', path: '/admin' })).toBe('open');
    expect(outcome({ path: '/admin/x' })).toBe(403);
  });

  it('sends people to the sign-in page of the team', async () => {
    const { cloud, judge } = await aScene([{ include: ME }]);

    const decision = judge({ path: '/a?b=c' });

    const [application] = cloud.admin.access.applications(cloud.account);
    const query = new URLSearchParams({ kid: application?.aud ?? '', redirect_url: '/a?b=c' });
    expect(decision).toMatchObject({
      kind: 'answered',
      page: {
        status: 302,
        headers: {
          location: `https://acme.cloudflareaccess.com/cdn-cgi/access/login/app.example.com?${query.toString()}`,
        },
      },
    });
    const { location } = decision.kind === 'answered' ? decision.page.headers : {};
    const page = new URL(location ?? '');
    expect(cloud.gate.site(page.host, page.pathname)).toMatchObject({ status: 200 });
  });

  it('lets in whoever has signed in and is allowed, with a signed assertion', async () => {
    const { cloud, judge } = await aScene([{ include: ME }]);
    const cookie = cloud.gate.signIn({ email: EMAIL, host: 'app.example.com', country: 'PT' });

    const decision = judge({ headers: { cookie: `a=b; ${cookie ?? ''}` } });

    const [application] = cloud.admin.access.applications(cloud.account);
    expect(decision).toMatchObject({ kind: 'admitted', headers: { 'cf-access-authenticated-user-email': EMAIL } });
    expect(assertedBy(decision, cloud)).toMatchObject({
      type: 'app',
      aud: [application?.aud],
      iss: 'https://acme.cloudflareaccess.com',
      email: EMAIL,
      country: 'PT',
    });
  });

  it('lets nobody sign in whom no policy allows', async () => {
    const { cloud } = await aScene([{ include: ME }]);

    expect(cloud.gate.signIn({ email: 'you@example.com', host: 'app.example.com' })).toBeUndefined();
    expect(() => cloud.gate.signIn({ email: EMAIL, host: 'www.example.com' })).toThrow('nothing protects');
  });

  it.each([
    { case: 'of another application', cookie: async ({ cloud }: Scene) => sessionElsewhere(cloud) },
    { case: 'that was forged', cookie: async () => 'CF_Authorization=e30.e30.e30' },
    { case: 'that is no token', cookie: async () => 'CF_Authorization=x' },
  ])('does not accept a session $case', async ({ cookie }) => {
    const scene = await aScene([{ include: ME }]);

    expect(scene.outcome({ headers: { cookie: await cookie(scene) } })).toBe(302);
  });

  it('ends a session with its duration, or with the policy', async () => {
    const clock = { now: Date.UTC(2026, 10, 29) };
    const scene = await aScene([{ include: ME }], { session_duration: '30m' }, { now: () => clock.now });
    const { cloud, outcome } = scene;
    const cookie = cloud.gate.signIn({ email: EMAIL, host: 'app.example.com' }) ?? '';
    const [policy] = cloud.admin.access.policies(cloud.account);

    expect(outcome({ headers: { cookie } })).toBe('admitted');
    cloud.admin.access.editPolicy(policy?.id ?? '', { decision: 'deny' });
    expect(outcome({ headers: { cookie } })).toBe(403);
    cloud.admin.access.editPolicy(policy?.id ?? '', { decision: 'allow' });
    clock.now += 1_800_000;
    expect(outcome({ headers: { cookie } })).toBe(302);
  });

  it('keeps accepting sessions from before a change of keys', async () => {
    const { cloud, outcome } = await aScene([{ include: ME }]);
    const cookie = cloud.gate.signIn({ email: EMAIL, host: 'app.example.com' }) ?? '';

    cloud.gate.rotateKeys(cloud.account);

    const { keys } = JSON.parse(cloud.gate.site('acme.cloudflareaccess.com', '/cdn-cgi/access/certs')?.body ?? '{}');
    expect(keys).toHaveLength(2);
    expect(outcome({ headers: { cookie } })).toBe('admitted');
  });

  it('can lag behind what was changed', async () => {
    let elapsed = 0;
    const assumptions = { accessPropagationMs: 1000 };
    const { outcome } = await aScene([{ include: ME }], {}, { assumptions, elapsed: () => elapsed });

    elapsed = 999;
    expect(outcome()).toBe('open');
    elapsed = 1000;
    expect(outcome()).toBe(302);
  });
});

describe('the order of policies', () => {
  const cases: readonly { readonly policies: readonly Json[]; readonly is: string | number; readonly case: string }[] =
    [
      { case: 'without any, nobody passes', policies: [], is: 403 },
      { case: 'Bypass comes before Deny', policies: [aPolicy('deny'), aPolicy('bypass')], is: 'open' },
      { case: 'Service Auth comes before Deny', policies: [aPolicy('deny'), aPolicy('non_identity')], is: 'admitted' },
      {
        case: 'Bypass comes after Service Auth',
        policies: [aPolicy('non_identity'), aPolicy('bypass')],
        is: 'admitted',
      },
      { case: 'Service Auth comes after Bypass', policies: [aPolicy('bypass'), aPolicy('non_identity')], is: 'open' },
      { case: 'Deny alone closes', policies: [aPolicy('deny')], is: 403 },
      { case: 'an address under Allow still asks for a sign-in', policies: [aPolicy('allow', OFFICE)], is: 302 },
      { case: 'an address under Bypass does not', policies: [aPolicy('bypass', OFFICE)], is: 'open' },
    ];

  it.each(cases)('$case', async ({ policies, is }) => {
    const { outcome } = await aScene(policies);

    expect(outcome({ address: '192.0.2.7' })).toBe(is);
  });

  it.each([
    { policies: [aPolicy('allow', ME), aPolicy('deny')], is: 'admitted' },
    { policies: [aPolicy('deny', ME), aPolicy('allow')], is: 403 },
  ])('decides between Allow and Deny: $is', async ({ policies, is }) => {
    const { cloud, outcome } = await aScene([aPolicy('allow'), ...policies]);
    const cookie = cloud.gate.signIn({ email: EMAIL, host: 'app.example.com' }) ?? '';
    const [first] = cloud.admin.access.policies(cloud.account);

    cloud.admin.access.editPolicy(first?.id ?? '', { include: [] });

    expect(outcome({ headers: { cookie } })).toBe(is);
  });
});

describe('a rule', () => {
  it.each([
    ['ip', OFFICE, { address: '192.0.2.7' }, { address: '192.0.3.7' }],
    ['ip', [{ ip: { ip: '2001:db8::/32' } }], { address: '2001:db8::1' }, { address: '192.0.2.7' }],
    ['ip', OFFICE, { address: '::ffff:192.0.2.7' }, { address: '::1' }],
    ['geo', [{ geo: { country_code: 'PT' } }], { country: 'PT' }, { country: 'ES' }],
    ['certificate', [{ certificate: {} }], { certificate: 'robot' }, {}],
    ['common_name', [{ common_name: { common_name: 'robot' } }], { certificate: 'robot' }, { certificate: 'x' }],
    ['everyone', EVERYONE, {}, { host: 'www.example.com' }],
  ])('about %s: %j', async (_selector, include, matching, other) => {
    const { outcome } = await aScene([{ decision: 'non_identity', include }]);

    expect(outcome(matching)).toBe('admitted');
    expect(outcome(other)).not.toBe('admitted');
  });

  it.each([
    [{ email_domain: { domain: 'Example.com' } }, EMAIL, 'me@sub.example.com'],
    [{ email: { email: 'ME@example.com' } }, EMAIL, 'x@example.com'],
  ])('about identity: %j', async (rule, matching, other) => {
    const { cloud } = await aScene([{ include: [rule] }]);

    expect(cloud.gate.signIn({ email: matching, host: 'app.example.com' })).toBeDefined();
    expect(cloud.gate.signIn({ email: other, host: 'app.example.com' })).toBeUndefined();
  });

  it('about the way to sign in', async () => {
    const { cloud } = await aScene([]);
    const loginMethod = cloud.admin.access.addIdentityProvider({
      account: cloud.account,
      name: 'GitHub',
      type: 'github',
    });
    const only = idOf(await cloud.policy({ include: [{ login_method: { id: loginMethod } }] }));
    await cloud.application({ domain: 'www.example.com', policies: [only] });

    expect(cloud.gate.signIn({ email: EMAIL, host: 'www.example.com', loginMethod })).toBeDefined();
    expect(cloud.gate.signIn({ email: EMAIL, host: 'www.example.com' })).toBeUndefined();
  });

  it('must be met if it is required, and must not if it is excluded', async () => {
    const { outcome } = await aScene([
      {
        decision: 'bypass',
        include: OFFICE,
        require: [{ geo: { country_code: 'PT' } }],
        exclude: [{ ip: { ip: '192.0.2.9' } }],
      },
    ]);

    expect(outcome({ address: '192.0.2.7', country: 'PT' })).toBe('open');
    expect(outcome({ address: '192.0.2.7', country: 'ES' })).toBe(403);
    expect(outcome({ address: '192.0.2.9', country: 'PT' })).toBe(403);
  });

  it('can be a group', async () => {
    const { cloud } = await aScene([]);
    const staff = cloud.admin.access.addGroup({ account: cloud.account, name: 'staff', include: ME });
    const only = idOf(await cloud.policy({ include: [{ group: { id: staff } }] }));
    await cloud.application({ domain: 'www.example.com', policies: [only] });

    expect(cloud.gate.signIn({ email: EMAIL, host: 'www.example.com' })).toBeDefined();
    expect(cloud.gate.signIn({ email: 'you@example.com', host: 'www.example.com' })).toBeUndefined();
  });
});

function aPolicy(decision: string, include: readonly Json[] = EVERYONE): Json {
  return { decision, include };
}

async function sessionElsewhere(cloud: AccessCloud): Promise<string> {
  const policies = [idOf(await cloud.policy({ include: ME }))];
  await cloud.application({ domain: 'www.example.com', policies });
  return cloud.gate.signIn({ email: EMAIL, host: 'www.example.com' }) ?? '';
}

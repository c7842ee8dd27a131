import { describe, expect, it } from '@jest/globals';
import { anAccessCloud, EVERYONE, idOf } from './an-access-cloud.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
const SECONDS = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('an application', () => {
  it('is answered with an audience, and its hosts in the old and the new form', async () => {
    const cloud = await anAccessCloud();

    const { status, result } = await cloud.application({
      name: 'App',
      session_duration: '30m',
      skip_interstitial: true,
    });

    expect(status).toBe(200);
    expect(result).toMatchObject({
      id: UUID,
      uid: result['id'],
      aud: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'self_hosted',
      name: 'App',
      domain: 'app.example.com',
      self_hosted_domains: ['app.example.com'],
      destinations: [{ type: 'public', uri: 'app.example.com' }],
      session_duration: '30m',
      skip_interstitial: true,
      allowed_idps: [],
      policies: [],
      created_at: SECONDS,
      updated_at: SECONDS,
    });
  });

  it.each([
    { case: 'its first destination', destinations: [{ uri: 'Shop.example.com/a/' }], domain: 'shop.example.com/a' },
    { case: 'that of the old field', self_hosted_domains: ['shop.example.com'], domain: 'shop.example.com' },
    {
      case: 'a destination, and the old field does not count',
      destinations: [{ type: 'public', uri: 'shop.example.com' }],
      self_hosted_domains: ['old.example.com'],
      domain: 'shop.example.com',
    },
  ])('without a domain has $case', async ({ case: _case, domain, ...hosts }) => {
    const cloud = await anAccessCloud();

    const { result } = await cloud.post(`${cloud.path}/apps`, { type: 'self_hosted', ...hosts });

    expect(result).toMatchObject({ domain, self_hosted_domains: [domain], name: domain });
  });

  it.each([
    [{ type: undefined }, 'app type is missing or invalid'],
    [{ type: 'other' }, 'app type is missing or invalid'],
    [{ domain: undefined }, 'domain is required'],
    [{ domain: 'app.example.org' }, 'domain does not belong to zone'],
    [{ domain: 'app.example.com:8080' }, 'domain must not have a port, a query or an anchor'],
    [{ domain: 'a*b*c.example.com' }, 'domain has too many wildcards'],
    [{ domain: 'app.example.com/a*b*c' }, 'domain has too many wildcards'],
    [{ domain: `${'a'.repeat(52)}.example.com` }, 'domain must not be longer than 63 characters'],
    [{ destinations: [{ uri: 'other.example.com' }] }, 'domain not included in destinations'],
    [{ destinations: [{ type: 'private', cidr: '10.0.0.0/8' }] }, 'destination is invalid'],
    [{ destinations: 'abcdef'.split('').map(hostOf), domain: undefined }, 'an application can have at most 5 domains'],
    [{ session_duration: 'a day' }, 'session_duration is invalid'],
    [{ allowed_idps: ['x'] }, 'allowed_idps contain an identity provider that does not exist'],
    [{ auto_redirect_to_identity: true }, 'auto_redirect_to_identity needs exactly one allowed identity provider'],
    [{ tags: ['x'] }, 'tags contain a tag that does not exist'],
    [{ policies: ['x'] }, 'policy x not found'],
    [{ policies: [{ precedence: 1 }] }, 'unrecognized policy decision'],
  ])('with %j is refused: %s', async (body, reason) => {
    const cloud = await anAccessCloud();

    const { status, code, message } = await cloud.application(body);

    expect([status, code, message]).toEqual([400, 12130, `access.api.error.invalid_request: ${reason}`]);
    expect(cloud.admin.access.applications(cloud.account)).toEqual([]);
    expect(cloud.admin.access.policies(cloud.account)).toEqual([]);
  });

  it('in a zone that is not active is refused', async () => {
    const cloud = await anAccessCloud();
    cloud.admin.editZone('example.com', { status: 'pending' });

    expect((await cloud.application()).message).toMatch(/domain does not belong to zone$/);
  });

  it('cannot have a host and path that another one has', async () => {
    const cloud = await anAccessCloud();
    await cloud.application({ destinations: [{ uri: 'app.example.com' }, { uri: 'www.example.com' }] });

    const same = await cloud.application();
    const second = await cloud.application({ domain: 'www.example.com' });
    const deeper = await cloud.application({ domain: 'app.example.com/admin' });

    const exists = [409, 11010, 'access.api.error.application_already_exists'];
    expect([same, second].map(({ status, code, message }) => [status, code, message])).toEqual([exists, exists]);
    expect(deeper.status).toBe(200);
  });

  it('is one of 500', async () => {
    const cloud = await anAccessCloud({ assumptions: { applicationsPerAccount: 1 } });
    await cloud.application();

    const { code, message } = await cloud.application({ domain: 'www.example.com' });

    expect([code, message]).toEqual([12130, expect.stringContaining('maximum number of applications')]);
  });

  it('keeps its id, audience and policies when it is replaced, but no other setting', async () => {
    const cloud = await anAccessCloud();
    const policy = idOf(await cloud.policy());
    const made = await cloud.application({ name: 'Old', policies: [policy], skip_interstitial: true });
    const path = `${cloud.path}/apps/${idOf(made)}`;

    const put = await cloud.call('PUT', path, { type: 'self_hosted', domain: 'new.example.com' });
    const bare = await cloud.call('PUT', path, { type: 'self_hosted', domain: 'new.example.com', policies: [] });

    const { id, aud } = made.result;
    expect(put.result).toMatchObject({ id, aud, name: 'new.example.com', policies: [{ id: policy }] });
    expect(put.result).not.toHaveProperty('skip_interstitial');
    expect(bare.result['policies']).toEqual([]);
    expect((await cloud.get(path)).result).toEqual(bare.result);
  });

  it('is not there once it is deleted', async () => {
    const cloud = await anAccessCloud();
    const id = idOf(await cloud.application());
    const path = `${cloud.path}/apps/${id}`;

    const deleted = await cloud.call('DELETE', path);
    const again = await cloud.call('DELETE', path);

    expect(deleted.result).toEqual({ id });
    expect([again.status, again.code, again.message]).toEqual([404, 11021, 'access.api.error.unknown_application']);
  });

  it('of another type needs no hostname', async () => {
    const cloud = await anAccessCloud();

    const { result } = await cloud.post(`${cloud.path}/apps`, { type: 'bookmark', name: 'Wiki', app_url: 'x' });

    expect(result).toMatchObject({ type: 'bookmark', app_url: 'x' });
    expect(result).not.toHaveProperty('destinations');
  });
});

describe('the policies of an application', () => {
  it('are whole in its answers, in the order of their precedence', async () => {
    const cloud = await anAccessCloud();
    const first = idOf(await cloud.policy({ name: 'first' }));
    const second = idOf(await cloud.policy({ name: 'second' }));

    const { result } = await cloud.application({
      policies: [
        { id: second, precedence: 2 },
        { id: first, precedence: 1 },
      ],
    });

    expect(result['policies']).toEqual([
      expect.objectContaining({ id: first, name: 'first', precedence: 1, reusable: true, include: EVERYONE }),
      expect.objectContaining({ id: second, name: 'second', precedence: 2, reusable: true }),
    ]);
  });

  it('must not have the same precedence', async () => {
    const cloud = await anAccessCloud();
    const policies = [idOf(await cloud.policy()), idOf(await cloud.policy())].map((id) => ({ id, precedence: 1 }));

    expect((await cloud.application({ policies })).message).toMatch(/policy precedences must be unique$/);
  });

  it('can belong to it, and are deleted with it', async () => {
    const cloud = await anAccessCloud();
    const own = { name: 'own', decision: 'bypass', include: EVERYONE };

    const { result } = await cloud.application({ policies: [own] });

    const [policy] = result['policies'] as Record<string, unknown>[];
    expect(policy).toMatchObject({ ...own, precedence: 1, reusable: false });
    expect((await cloud.get(`${cloud.path}/policies`)).list).toEqual([]);
    expect((await cloud.get(`${cloud.path}/policies/${String(policy?.['id'])}`)).status).toBe(404);
    expect((await cloud.get(`${cloud.path}/apps/${String(result['id'])}/policies`)).list).toEqual([policy]);
    await cloud.call('DELETE', `${cloud.path}/apps/${String(result['id'])}`);
    expect(cloud.admin.access.policies(cloud.account)).toEqual([]);
  });

  it('have at most 1,000 rules', async () => {
    const cloud = await anAccessCloud();
    const include = Array.from({ length: 1001 }, (_, index) => ({ email: { email: `${index}@example.com` } }));

    const { message } = await cloud.application({ policies: [{ name: 'own', decision: 'allow', include }] });

    expect(message).toMatch(/at most 1000 rules$/);
    expect(cloud.admin.access.policies(cloud.account)).toEqual([]);
  });
});

describe('the list of applications', () => {
  it('has pages, of 20 if nothing is said', async () => {
    const cloud = await anAccessCloud();
    for (let index = 0; index < 21; index += 1) await cloud.application({ domain: `${index}.example.com` });

    const first = await cloud.get(`${cloud.path}/apps`);
    const last = await cloud.get(`${cloud.path}/apps?page=2`);
    const all = await cloud.get(`${cloud.path}/apps?per_page=1000`);

    expect(first.page).toEqual({ page: 1, per_page: 20, count: 20, total_count: 21, total_pages: 2 });
    expect(last.list.map(({ domain }) => domain)).toEqual(['20.example.com']);
    expect(all.list).toHaveLength(21);
  });

  it.each([
    { query: 'domain=app.example.com', found: ['app.example.com', 'app.example.com/admin'] },
    { query: 'domain=app.example.com&exact=true', found: ['app.example.com'] },
    { query: 'name=admin', found: ['app.example.com/admin'] },
    { query: 'name=admin&exact=true', found: [] },
    { query: 'search=WWW', found: ['www.example.com'] },
    { query: 'aud=0', found: [] },
  ])('finds $found with $query', async ({ query, found }) => {
    const cloud = await anAccessCloud();
    await cloud.application();
    await cloud.application({ domain: 'app.example.com/admin', name: 'The admin page' });
    await cloud.application({ domain: 'www.example.com' });

    const { list } = await cloud.get(`${cloud.path}/apps?${query}`);

    expect(list.map(({ domain }) => domain)).toEqual(found);
  });

  it('finds an application by its audience', async () => {
    const cloud = await anAccessCloud();
    const { result } = await cloud.application();
    await cloud.application({ domain: 'www.example.com' });

    expect((await cloud.get(`${cloud.path}/apps?aud=${String(result['aud'])}`)).list).toEqual([result]);
  });

  it('can lag behind', async () => {
    let elapsed = 0;
    const cloud = await anAccessCloud({ elapsed: () => elapsed });
    elapsed = 1000;
    await cloud.application();
    elapsed = 1500;
    cloud.faults.add({ effect: { kind: 'stale-reads', lagMs: 1000 } });

    expect((await cloud.get(`${cloud.path}/apps`)).list).toEqual([]);
  });
});

describe('a tag', () => {
  it('can be used once it exists, and counts its applications', async () => {
    const cloud = await anAccessCloud();
    await cloud.post(`${cloud.path}/tags`, { name: 'cluster 1' });

    const { result } = await cloud.application({ tags: ['cluster 1'] });
    const { list } = await cloud.get(`${cloud.path}/tags`);
    await cloud.call('DELETE', `${cloud.path}/tags/${encodeURIComponent('cluster 1')}`);

    expect(result['tags']).toEqual(['cluster 1']);
    expect(list).toMatchObject([{ name: 'cluster 1', app_count: 1 }]);
    expect((await cloud.get(`${cloud.path}/tags`)).list).toEqual([]);
  });
});

function hostOf(letter: string): { readonly uri: string } {
  return { uri: `${letter}.example.com` };
}

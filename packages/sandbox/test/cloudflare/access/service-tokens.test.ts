import { describe, expect, it } from '@jest/globals';
import { accepts } from '../../../src/cloudflare/access/client-secret.ts';
import { anAccessCloud, idOf } from './an-access-cloud.ts';

const START = Date.UTC(2026, 10, 29);
const DAY = 86_400_000;

/** A cloud with one token, whose clock the test sets. */
async function aToken(body: Readonly<Record<string, unknown>> = {}) {
  const clock = { now: START };
  const cloud = await anAccessCloud({ now: () => clock.now });
  const made = await cloud.serviceToken(body);
  const path = `${cloud.path}/service_tokens/${idOf(made)}`;
  const opens = (secret: unknown): boolean => {
    const [token] = cloud.admin.access.serviceTokens(cloud.account);
    return token !== undefined && accepts(token, String(secret), clock.now);
  };
  return { cloud, made, path, clock, opens, put: (change: unknown) => cloud.call('PUT', path, change) };
}

describe('a service token', () => {
  it('shows its secret once', async () => {
    const { cloud, made, path } = await aToken();

    expect(made.result).toMatchObject({
      name: 'robot',
      client_id: expect.stringMatching(/^[0-9a-f]{32}\.access$/),
      client_secret: expect.stringMatching(/^cfast_[A-Za-z0-9]{48}$/),
      client_secret_version: 1,
      duration: '8760h',
      enabled: true,
      expires_at: '2027-11-29T00:00:00Z',
    });
    const { client_secret: _secret, ...shown } = made.result;
    expect((await cloud.get(path)).result).toEqual(shown);
    expect((await cloud.get(`${cloud.path}/service_tokens`)).list).toEqual([shown]);
  });

  it('is valid for its duration', async () => {
    const { made, clock, opens } = await aToken({ duration: '24h' });
    const secret = made.result['client_secret'];

    expect([opens(secret), opens('guess')]).toEqual([true, false]);
    clock.now = START + DAY;
    expect(opens(secret)).toBe(false);
  });

  it('can be valid forever', async () => {
    const { made, clock, opens } = await aToken({ duration: 'forever' });

    clock.now = START + 36_500 * DAY;

    expect(made.result['expires_at']).toBeNull();
    expect(opens(made.result['client_secret'])).toBe(true);
  });

  it('is one of 50', async () => {
    const cloud = await anAccessCloud({ assumptions: { serviceTokensPerAccount: 1 } });
    await cloud.serviceToken();

    expect((await cloud.serviceToken()).message).toMatch(/maximum number of service tokens has been reached$/);
  });

  it.each([
    [{ name: '' }, 'name is required'],
    [{ duration: 'a year' }, 'duration is invalid'],
    [{ duration: 8760 }, 'duration is invalid'],
  ])('with %j is refused: %s', async (body, reason) => {
    const cloud = await anAccessCloud();

    const { code, message } = await cloud.serviceToken(body);

    expect([code, message]).toEqual([12130, `access.api.error.invalid_request: ${reason}`]);
  });

  it('cannot be deleted while a policy names it', async () => {
    const { cloud, path, made } = await aToken();
    const include = [{ service_token: { token_id: idOf(made) } }];
    const policy = idOf(await cloud.policy({ decision: 'non_identity', include }));

    const refused = await cloud.call('DELETE', path);
    await cloud.call('DELETE', `${cloud.path}/policies/${policy}`);

    expect([refused.status, refused.code]).toEqual([400, 12139]);
    expect(refused.message).toMatch(/^access\.api\.error\.service_token_in_use: cannot delete service token because/);
    expect((await cloud.call('DELETE', path)).result['id']).toBe(idOf(made));
    expect((await cloud.get(path)).message).toBe('access.api.error.service_token_not_found');
  });

  it('is found by its name, or a part of it', async () => {
    const { cloud } = await aToken();
    await cloud.serviceToken({ name: 'Robot 2' });

    const names = async (query: string): Promise<unknown[]> => {
      const { list } = await cloud.get(`${cloud.path}/service_tokens?${query}`);
      return list.map(({ name }) => name);
    };

    expect([await names('name=robot'), await names('search=robot')]).toEqual([['robot'], ['robot', 'Robot 2']]);
  });
});

describe('the rotation of a service token', () => {
  it('revokes the old secret at once unless it is told otherwise', async () => {
    const { cloud, made, path, opens } = await aToken();

    const { result } = await cloud.post(`${path}/rotate`, {});

    expect(result).toMatchObject({ client_id: made.result['client_id'], client_secret_version: 2 });
    expect([opens(made.result['client_secret']), opens(result['client_secret'])]).toEqual([false, true]);
  });

  it('keeps the old secret valid until an instant', async () => {
    const { cloud, made, path, clock, opens } = await aToken();
    const until = '2026-11-30T00:00:00Z';

    const { result } = await cloud.post(`${path}/rotate`, { previous_client_secret_expires_at: until });

    expect((await cloud.get(path)).result['previous_client_secret_expires_at']).toBe(until);
    expect([opens(made.result['client_secret']), opens(result['client_secret'])]).toEqual([true, true]);
    clock.now = START + DAY;
    expect([opens(made.result['client_secret']), opens(result['client_secret'])]).toEqual([false, true]);
  });

  it('is also asked for by a higher version, which answers with the secret', async () => {
    const { made, opens, put } = await aToken();
    const until = '2026-11-30T00:00:00Z';

    const { result } = await put({ client_secret_version: 2, previous_client_secret_expires_at: until });
    const same = await put({ client_secret_version: 2 });

    expect(result).toMatchObject({ client_secret: expect.any(String), client_secret_version: 2 });
    expect(same.result).not.toHaveProperty('client_secret');
    expect([opens(made.result['client_secret']), opens(result['client_secret'])]).toEqual([true, true]);
  });

  it('can be ended early for the old secret', async () => {
    const { cloud, made, path, opens, put } = await aToken();
    await cloud.post(`${path}/rotate`, { previous_client_secret_expires_at: '2026-12-30T00:00:00Z' });

    await put({ previous_client_secret_expires_at: '2026-11-28T00:00:00Z' });

    expect(opens(made.result['client_secret'])).toBe(false);
  });

  it('refuses an instant that is none', async () => {
    const { cloud, path } = await aToken();

    const { message } = await cloud.post(`${path}/rotate`, { previous_client_secret_expires_at: 'soon' });

    expect(message).toMatch(/previous_client_secret_expires_at is invalid$/);
  });
});

describe('the life of a service token', () => {
  it('is extended to a year from now', async () => {
    const { cloud, path, clock } = await aToken({ duration: '24h' });
    clock.now = START + 10 * DAY;

    expect((await cloud.post(`${path}/refresh`, undefined)).result['expires_at']).toBe('2027-12-09T00:00:00Z');
  });

  it('is counted anew with another duration', async () => {
    const { clock, put } = await aToken();
    clock.now = START + 10 * DAY;

    expect((await put({ duration: '48h' })).result).toMatchObject({
      duration: '48h',
      expires_at: '2026-12-11T00:00:00Z',
    });
  });

  it('can be interrupted, with both secrets', async () => {
    const { cloud, made, path, opens, put } = await aToken();
    const rotated = await cloud.post(`${path}/rotate`, { previous_client_secret_expires_at: '2026-12-30T00:00:00Z' });
    const secrets = [made, rotated].map(({ result }) => result['client_secret']);

    await put({ enabled: false });
    const off = secrets.map(opens);
    await put({ enabled: true });

    expect(off).toEqual([false, false]);
    expect(secrets.map(opens)).toEqual([true, true]);
  });
});

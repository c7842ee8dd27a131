import { describe, expect, it } from '@jest/globals';
import Cloudflare from 'cloudflare';
import { aCloud, type TestCloud } from './a-cloud.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64');

function sdkFor(cloud: TestCloud, apiToken = cloud.token): Cloudflare {
  return new Cloudflare({ baseURL: cloud.url, apiToken, apiKey: null, apiEmail: null, maxRetries: 0 });
}

describe('the npm SDK handles tunnels', () => {
  it('from creation to deletion', async () => {
    const cloud = await aCloud();
    const { cloudflared } = sdkFor(cloud).zeroTrust.tunnels;
    const account = { account_id: cloud.account };

    const made = await cloudflared.create({ ...account, name: 'home', config_src: 'local', tunnel_secret: SECRET });
    const id = made.id ?? '';
    expect(made).toMatchObject({ name: 'home', status: 'inactive', token: expect.any(String) });
    expect(await cloudflared.token.get(id, account)).toBe((made as { token?: string }).token);

    const listed = await cloudflared.list({ ...account, is_deleted: false, per_page: 1000 });
    expect(listed.result.map((tunnel) => tunnel.id)).toEqual([id]);
    expect(listed.result_info).toMatchObject({ page: 1, per_page: 1000, total_count: 1, total_pages: 1 });

    const edited = await cloudflared.edit(id, { ...account, name: 'new', tunnel_secret: OTHER_SECRET });
    expect(edited).toMatchObject({ name: 'new' });

    const { id: client } = cloud.admin.connect(id);
    const connections = await cloudflared.connections.get(id, account);
    expect(connections.result).toMatchObject([{ id: client, conns: [{}, {}, {}, {}] }]);
    expect(await cloudflared.connectors.get(client, { ...account, tunnel_id: id })).toMatchObject({ id: client });
    await expect(cloudflared.delete(id, account)).rejects.toMatchObject({ status: 400, errors: [{ code: 1022 }] });
    await cloudflared.connections.delete(id, account);

    const deleted = await cloudflared.delete(id, account, { query: { cascade: true } });
    expect(deleted.deleted_at).toEqual(expect.any(String));
    expect(await cloudflared.get(id, account)).toMatchObject({ deleted_at: deleted.deleted_at });
  });

  it('including their remote configuration', async () => {
    const cloud = await aCloud();
    const { cloudflared } = sdkFor(cloud).zeroTrust.tunnels;
    const account = { account_id: cloud.account };
    const { id = '' } = await cloudflared.create({ ...account, name: 'home', config_src: 'cloudflare' });
    const config = { ingress: [{ hostname: '', service: 'http_status:404' }] };

    const put = await cloudflared.configurations.update(id, { ...account, config });
    const got = await cloudflared.configurations.get(id, account);

    expect(put).toMatchObject({ version: 1, source: 'cloudflare' });
    expect(got).toEqual(put);
    expect(await cloudflared.management.create(id, { ...account, resources: ['logs'] })).toEqual(expect.any(String));
  });

  it('including the ConflictError for a duplicate name', async () => {
    const cloud = await aCloud();
    const { cloudflared } = sdkFor(cloud).zeroTrust.tunnels;
    await cloudflared.create({ account_id: cloud.account, name: 'home' });

    const again = cloudflared.create({ account_id: cloud.account, name: 'home' });

    await expect(again).rejects.toBeInstanceOf(Cloudflare.ConflictError);
    await expect(again).rejects.toMatchObject({ status: 409, errors: [{ code: 1013 }] });
  });
});

describe('the npm SDK handles zones and records', () => {
  it('with its own notation of filters', async () => {
    const cloud = await aCloud();
    const sdk = sdkFor(cloud);
    cloud.admin.addRecord('example.com', {
      name: 'app',
      type: 'CNAME',
      content: 'x.cfargotunnel.com',
      comment: 'cftunnel.io owner=c/n/t',
    });
    cloud.admin.addRecord('example.com', { name: 'www', type: 'CNAME', content: 'y.example.org' });

    const zones = await sdk.zones.list({ account: { id: cloud.account }, per_page: 50 });
    const records = await sdk.dns.records.list({
      zone_id: cloud.zone,
      type: 'CNAME',
      comment: { startswith: 'cftunnel.io' },
      content: { endswith: '.cfargotunnel.com' },
      per_page: 5000,
    });

    expect(zones.result).toMatchObject([{ id: cloud.zone, plan: { name: 'Free Website' } }]);
    expect(records.result.map((record) => record.name)).toEqual(['app.example.com']);
    expect(cloud.calls.count()).toBe(2);
  });

  it('with every kind of write', async () => {
    const cloud = await aCloud();
    const { records, usage } = sdkFor(cloud).dns;
    const zone = { zone_id: cloud.zone };
    const app = { name: 'app', type: 'CNAME', content: 'x.cfargotunnel.com', ttl: 1, proxied: true } as const;

    const made = await records.create({ ...zone, ...app, comment: 'mine' });
    const edited = await records.edit(made.id, { ...zone, ...app, comment: 'ours' });
    const put = await records.update(made.id, { ...zone, ...app });
    const batch = await records.batch({
      ...zone,
      deletes: [{ id: made.id }],
      posts: [app, { ...app, name: 'web' }],
    });
    const [, web] = batch.posts ?? [];
    const deleted = await records.delete(web?.id ?? '', zone);

    expect(made).toMatchObject({ name: 'app.example.com', comment: 'mine' });
    expect(edited).toMatchObject({ comment: 'ours' });
    expect(put).toMatchObject({ comment: null });
    expect(batch.deletes).toHaveLength(1);
    expect(deleted).toEqual({ id: web?.id });
    expect(cloud.admin.records('example.com').map((record) => record.name)).toEqual(['app.example.com']);
    expect(await usage.zone.get(zone)).toEqual({ record_quota: 200, record_usage: 1 });
    expect(await records.export(zone)).toContain('app.example.com.');
  });

  it('and requests pages until the last one', async () => {
    const cloud = await aCloud();
    for (const name of ['a', 'b', 'c']) {
      cloud.admin.addRecord('example.com', { name, type: 'A', content: '192.0.2.1' });
    }

    const seen: string[] = [];
    for await (const record of sdkFor(cloud).dns.records.list({ zone_id: cloud.zone, per_page: 2 })) {
      seen.push(record.name);
    }

    expect(seen).toEqual(['a.example.com', 'b.example.com', 'c.example.com']);
    expect(cloud.calls.count()).toBe(3);
  });
});

describe('the npm SDK handles credentials', () => {
  it('verified for a user or an account', async () => {
    const cloud = await aCloud();
    const accountOwned = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] });

    const user = await sdkFor(cloud).user.tokens.verify();
    const account = await sdkFor(cloud, accountOwned).accounts.tokens.verify({ account_id: cloud.account });

    expect([user.status, account.status]).toEqual(['active', 'active']);
    await expect(sdkFor(cloud, accountOwned).user.tokens.verify()).rejects.toMatchObject({ status: 401 });
  });

  it('rejected, with its error classes', async () => {
    const cloud = await aCloud();
    const zone = { zone_id: cloud.zone };

    await expect(sdkFor(cloud, 'short').zones.list()).rejects.toBeInstanceOf(Cloudflare.BadRequestError);
    await expect(sdkFor(cloud, 'x'.repeat(40)).zones.list()).rejects.toBeInstanceOf(Cloudflare.PermissionDeniedError);
    await expect(sdkFor(cloud).dns.records.get('0'.repeat(32), zone)).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  });

  it('rate limited, with a RateLimitError', async () => {
    const cloud = await aCloud({ rateLimit: { quota: 0 } });

    await expect(sdkFor(cloud).zones.list()).rejects.toBeInstanceOf(Cloudflare.RateLimitError);
  });
});

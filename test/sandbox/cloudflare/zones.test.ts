import { describe, expect, it } from '@jest/globals';
import { Permission } from '../../../sandbox/cloudflare/identity/permissions.ts';
import { aCloud, type TestCloud } from './a-cloud.ts';

async function threeZones(): Promise<TestCloud> {
  const cloud = await aCloud();
  const other = cloud.backdoor.addAccount({ name: 'Other' }).id;
  cloud.backdoor.addZone({ name: 'shop.example.org', account: other, plan: 'business' });
  cloud.backdoor.addZone({ name: 'example.net', account: cloud.account, status: 'pending', paused: true });
  return cloud;
}

describe('GET /zones', () => {
  it.each([
    { query: '', names: ['example.com', 'example.net', 'shop.example.org'] },
    { query: 'name=Example.com', names: ['example.com'] },
    { query: 'name=contains:shop', names: ['shop.example.org'] },
    { query: 'name=starts_with:example', names: ['example.com', 'example.net'] },
    { query: 'name=ends_with:.org', names: ['shop.example.org'] },
    { query: 'status=pending', names: ['example.net'] },
    { query: 'type=full&type=partial', names: ['example.com', 'example.net', 'shop.example.org'] },
    { query: 'type=secondary', names: [] },
    { query: 'account.name=Other', names: ['shop.example.org'] },
    { query: 'status=pending&name=example.com', names: [] },
    { query: 'status=pending&name=example.com&match=any', names: ['example.com', 'example.net'] },
    { query: 'order=name&direction=desc', names: ['shop.example.org', 'example.net', 'example.com'] },
  ])('?$query lists $names', async ({ query, names }) => {
    const cloud = await threeZones();

    const { list } = await cloud.get(`/zones?${query}`);

    expect(list.map((zone) => zone['name'])).toEqual(names);
  });

  it('filters by account id', async () => {
    const cloud = await threeZones();

    const { list } = await cloud.get(`/zones?account.id=${cloud.account}`);

    expect(list.map((zone) => zone['name'])).toEqual(['example.com', 'example.net']);
  });

  it('shows what a client needs to know of a zone', async () => {
    const cloud = await threeZones();

    const { list } = await cloud.get('/zones?name=example.net');

    expect(list[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      status: 'pending',
      paused: true,
      type: 'full',
      account: { id: cloud.account, name: 'Acme' },
      plan: { name: 'Free Website', legacy_id: 'free' },
      permissions: ['#dns_records:edit', '#dns_records:read', '#zone:read'],
    });
  });

  it.each([
    { zonesWithoutPermission: 'empty', status: 200 },
    { zonesWithoutPermission: 'refused', status: 403 },
  ] as const)('without Zone Read is $zonesWithoutPermission', async ({ zonesWithoutPermission, status }) => {
    const cloud = await aCloud({ assumptions: { zonesWithoutPermission } });
    cloud.backdoor.setPermissions(cloud.token, [Permission.dnsWrite]);

    const answer = await cloud.get('/zones');

    expect(answer.status).toBe(status);
    expect(answer.list ?? []).toEqual([]);
  });
});

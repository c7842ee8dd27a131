import { describe, expect, it } from '@jest/globals';
import { Permission } from '../../src/cloudflare/identity/permissions.ts';
import { aCloud, type TestCloud } from './a-cloud.ts';

async function threeZones(): Promise<TestCloud> {
  const cloud = await aCloud();
  const other = cloud.admin.addAccount({ name: 'Other' }).id;
  cloud.admin.addZone({ name: 'shop.example.org', account: other, plan: 'business' });
  cloud.admin.addZone({ name: 'example.net', account: cloud.account, status: 'pending', paused: true });
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

  it('returns the fields of a zone that clients need', async () => {
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
    cloud.admin.setPermissions(cloud.token, [Permission.dnsWrite]);

    const answer = await cloud.get('/zones');

    expect(answer.status).toBe(status);
    expect(answer.list ?? []).toEqual([]);
  });
});

describe('an internationalised zone', () => {
  it.each([
    { zoneNames: 'unicode' as const, name: 'b\u00fccher.example' },
    { zoneNames: 'punycode' as const, name: 'xn--bcher-kva.example' },
  ])(
    'is listed as $name with the assumption $zoneNames, and accepts records in both forms',
    async ({ zoneNames, name }) => {
      const cloud = await aCloud({ assumptions: { zoneNames } });
      const { id } = cloud.admin.addZone({ name: 'B\u00fccher.example', account: cloud.account });

      const { list } = await cloud.get('/zones?name=contains:cher');
      await cloud.post(`/zones/${id}/dns_records`, { name: 'a.b\u00fccher.example', type: 'A', content: '192.0.2.1' });
      await cloud.post(`/zones/${id}/dns_records`, {
        name: 'b.xn--bcher-kva.example',
        type: 'A',
        content: '192.0.2.1',
      });

      expect(list.map((zone) => zone['name'])).toEqual([name]);
      expect(cloud.admin.records('b\u00fccher.example').map((record) => record.name)).toEqual([
        'a.xn--bcher-kva.example',
        'b.xn--bcher-kva.example',
      ]);
    },
  );
});

describe('a zone that the dashboard changes', () => {
  it('returns its new state', async () => {
    const cloud = await aCloud();

    cloud.admin.editZone('example.com', { paused: true, status: 'moved', type: 'partial' });

    const { list } = await cloud.get('/zones?name=example.com');
    expect(list).toMatchObject([{ paused: true, status: 'moved', type: 'partial' }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

const A = { type: 'A', content: '192.0.2.1' };

describe('admin', () => {
  it('edits and deletes records with the same validation as the API', async () => {
    const cloud = await aCloud();
    const { id } = cloud.admin.addRecord('example.com', { name: 'app', ...A });

    cloud.admin.editRecord('example.com', id, { proxied: true });

    expect(cloud.admin.records('example.com')).toMatchObject([{ id, proxied: true }]);
    expect(() => cloud.admin.addRecord('example.com', { name: 'app', ...A })).toThrow('81058');
    cloud.admin.deleteRecord('example.com', id);
    expect(cloud.admin.records('example.com')).toEqual([]);
  });

  it('restores records, tunnels and tokens from a snapshot', async () => {
    const cloud = await aCloud();
    cloud.admin.addRecord('example.com', { name: 'before', ...A });
    const snapshot = cloud.admin.snapshot();
    cloud.admin.addRecord('example.com', { name: 'after', ...A });
    cloud.admin.addZone({ name: 'example.org', account: cloud.account });
    await cloud.post(`/accounts/${cloud.account}/cfd_tunnel`, { name: 'home' });
    cloud.admin.revokeToken(cloud.token);

    cloud.admin.restore(snapshot);

    const zones = await cloud.get('/zones');
    expect(zones.list.map((zone) => zone['name'])).toEqual(['example.com']);
    expect(cloud.admin.records('example.com').map((record) => record.name)).toEqual(['before.example.com']);
    expect(cloud.admin.tunnels(cloud.account)).toEqual([]);
    expect(() => cloud.admin.addRecord('example.com', { name: 'after', ...A })).not.toThrow();
  });

  it('reports what does not exist', async () => {
    const cloud = await aCloud();

    expect(() => cloud.admin.records('example.org')).toThrow('no such zone example.org');
    expect(() => cloud.admin.connect('nope')).toThrow('no such tunnel nope');
  });
});

it('stores 10,000 records and lists those with a comment in one call', async () => {
  const cloud = await aCloud({}, { plan: 'enterprise', recordQuota: 20_000 });
  for (let index = 0; index < 10_000; index += 1) {
    const comment = index % 2 === 0 ? 'cftunnel.io owner=c/n/t' : 'someone else';
    cloud.admin.addRecord('example.com', { name: `host-${index}`, ...A, comment });
  }

  const { list, page } = await cloud.get(
    `/zones/${cloud.zone}/dns_records?comment.startswith=cftunnel.io&per_page=5000000`,
  );

  expect(list).toHaveLength(5000);
  expect(page['total_pages']).toBe(1);
});

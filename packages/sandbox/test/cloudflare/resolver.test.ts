import { describe, expect, it } from '@jest/globals';
import { aCloud, type TestCloud } from './a-cloud.ts';

async function aTunnelTarget(cloud: TestCloud): Promise<{ id: string; content: string }> {
  const { result } = await cloud.post(`/accounts/${cloud.account}/cfd_tunnel`, { name: 'home' });
  return { id: String(result['id']), content: `${String(result['id'])}.cfargotunnel.com` };
}

describe('the resolver', () => {
  it.each([
    { host: 'app.example.com', found: true },
    { host: 'APP.example.com', found: true },
    { host: 'other.example.com', found: false },
    { host: 'a.wild.example.com', found: true },
    { host: 'a.b.wild.example.com', found: true },
    { host: 'wild.example.com', found: false },
    { host: 'text.wild.example.com', found: false },
    { host: 'below.text.wild.example.com', found: false },
    { host: 'example.com', found: false },
    { host: 'app.example.org', found: false },
    { host: 'xn--bcher-kva.example.com', found: true },
  ])('resolves $host to the tunnel: $found', async ({ host, found }) => {
    const cloud = await aCloud();
    const { id, content } = await aTunnelTarget(cloud);
    for (const name of ['app', '*.wild', 'bücher']) {
      cloud.admin.addRecord('example.com', { name, type: 'CNAME', content, proxied: true });
    }
    cloud.admin.addRecord('example.com', { name: 'text.wild', type: 'TXT', content: 'here' });

    expect(cloud.admin.resolve(host)).toEqual(found ? { kind: 'tunnel', tunnelId: id } : { kind: 'unknown' });
  });

  it.each([
    { case: 'paused', changes: { paused: true } },
    { case: 'pending', changes: { status: 'pending' as const } },
    { case: 'of partial setup', changes: { type: 'partial' as const } },
  ])('does not resolve names in a zone that is $case', async ({ changes }) => {
    const cloud = await aCloud();
    const { content } = await aTunnelTarget(cloud);
    cloud.admin.addRecord('example.com', { name: 'app', type: 'CNAME', content, proxied: true });

    cloud.admin.editZone('example.com', changes);

    expect(cloud.admin.resolve('app.example.com')).toEqual({ kind: 'unknown' });
  });

  it('uses only the most specific zone', async () => {
    const cloud = await aCloud();
    const { id, content } = await aTunnelTarget(cloud);
    cloud.admin.addRecord('example.com', { name: '*', type: 'CNAME', content, proxied: true });

    expect(cloud.admin.resolve('a.sub.example.com')).toEqual({ kind: 'tunnel', tunnelId: id });
    cloud.admin.addZone({ name: 'sub.example.com', account: cloud.account });
    expect(cloud.admin.resolve('a.sub.example.com')).toEqual({ kind: 'unknown' });
  });

  it.each([{ status: 'pending' }, { paused: true }] as const)('finds nothing in a zone with %j', async (zone) => {
    const cloud = await aCloud({}, zone);
    const { content } = await aTunnelTarget(cloud);
    cloud.admin.addRecord('example.com', { name: 'app', type: 'CNAME', content, proxied: true });

    expect(cloud.admin.resolve('app.example.com')).toEqual({ kind: 'unknown' });
  });

  it.each([
    { case: 'an unproxied record', record: { type: 'CNAME', proxied: false }, reason: 'not-proxied' },
    { case: 'an address', record: { type: 'A', content: '192.0.2.1', proxied: true }, reason: 'not-a-tunnel' },
    { case: 'another host', record: { type: 'CNAME', content: 'x.example.org' }, reason: 'not-a-tunnel' },
  ])('explains why $case does not lead to a tunnel', async ({ record, reason }) => {
    const cloud = await aCloud();
    const { content } = await aTunnelTarget(cloud);
    cloud.admin.addRecord('example.com', { name: 'app', content, ...record });

    expect(cloud.admin.resolve('app.example.com')).toMatchObject({ kind: 'other', reason });
  });

  it('rejects a tunnel of another account', async () => {
    const cloud = await aCloud();
    const other = cloud.admin.addAccount({ name: 'Other' }).id;
    cloud.admin.addZone({ name: 'example.org', account: other });
    const { content } = await aTunnelTarget(cloud);
    cloud.admin.addRecord('example.org', { name: 'app', type: 'CNAME', content, proxied: true });

    expect(cloud.admin.resolve('app.example.org')).toMatchObject({ kind: 'other', reason: 'other-account' });
  });
});

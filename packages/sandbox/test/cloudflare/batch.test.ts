import { describe, expect, it } from '@jest/globals';
import { aCloud, type TestCloud } from './a-cloud.ts';

const cname = (name: string) => ({ name, type: 'CNAME', content: 'x.cfargotunnel.com', proxied: true });
const batch = (cloud: TestCloud, body: unknown) => cloud.post(`/zones/${cloud.zone}/dns_records/batch`, body);
const names = (cloud: TestCloud) => cloud.admin.records('example.com').map((record) => `${record.type} ${record.name}`);

describe('a batch', () => {
  it('runs deletes, patches, puts and posts in this order and returns complete records', async () => {
    const cloud = await aCloud();
    const add = (name: string) => cloud.admin.addRecord('example.com', { name, type: 'A', content: '192.0.2.1' });
    const [gone, patched, put] = [add('gone'), add('patched'), add('put')];

    const { status, result } = await batch(cloud, {
      posts: [cname('gone')],
      puts: [{ id: put.id, ...cname('put') }],
      patches: [{ id: patched.id, content: '192.0.2.9' }],
      deletes: [{ id: gone.id }],
    });

    expect(status).toBe(200);
    expect(result).toMatchObject({
      deletes: [{ id: gone.id, type: 'A' }],
      patches: [{ id: patched.id, content: '192.0.2.9' }],
      puts: [{ id: put.id, type: 'CNAME' }],
      posts: [{ name: 'gone.example.com', type: 'CNAME' }],
    });
  });

  it('is rejected as a whole while one of its names is rejected', async () => {
    const cloud = await aCloud();
    cloud.admin.refuseName('bad.example.com', { code: 81099, message: 'No.' });

    const { status, code } = await batch(cloud, { posts: [cname('good'), cname('bad')] });
    expect([status, code, names(cloud)]).toEqual([400, 81099, []]);

    cloud.admin.acceptName('bad.example.com');
    await batch(cloud, { posts: [cname('good'), cname('bad')] });
    expect(names(cloud)).toHaveLength(2);
  });

  it.each(['xn--a', 'a..b'])('is rejected for the name %s', async (name) => {
    const cloud = await aCloud();

    const { status, code } = await batch(cloud, { posts: [cname(name)] });

    expect([status, code]).toEqual([400, 9000]);
  });

  it('is undone as a whole and reports only its first error', async () => {
    const cloud = await aCloud();
    const kept = cloud.admin.addRecord('example.com', { name: 'kept', type: 'A', content: '192.0.2.1' });
    const before = cloud.admin.records('example.com');

    const { status, body } = await batch(cloud, {
      deletes: [{ id: kept.id }],
      posts: [cname('new'), cname('new'), { name: '', type: 'A' }],
    });

    expect(status).toBe(400);
    expect(body['errors']).toEqual([{ code: 81058, message: 'An identical record already exists.' }]);
    expect(cloud.admin.records('example.com')).toEqual(before);
    expect((await cloud.post(`/zones/${cloud.zone}/dns_records`, cname('kept'))).code).toBe(81053);
  });

  it('checks the quota after its deletes', async () => {
    const cloud = await aCloud({}, { recordQuota: 1 });
    const { id } = cloud.admin.addRecord('example.com', cname('old'));

    const swapped = await batch(cloud, { deletes: [{ id }], posts: [cname('new')] });
    const tooMany = await batch(cloud, { posts: [cname('more')] });

    expect(swapped.status).toBe(200);
    expect(tooMany.code).toBe(81045);
    expect(names(cloud)).toEqual(['CNAME new.example.com']);
  });

  it('with an unknown id is rejected with 404', async () => {
    const cloud = await aCloud();

    const { status, code } = await batch(cloud, { posts: [cname('a')], deletes: [{ id: '0'.repeat(32) }] });

    expect([status, code]).toEqual([404, 81044]);
    expect(names(cloud)).toEqual([]);
  });

  it.each([
    { plan: 'free', operations: 201, recordQuota: 1000 },
    { plan: 'pro', operations: 3501, recordQuota: 10_000 },
  ] as const)('on $plan may not have $operations operations', async ({ plan, operations, recordQuota }) => {
    const cloud = await aCloud({ assumptions: { batchTooLargeCode: 4711 } }, { plan, recordQuota });
    const posts = Array.from({ length: operations }, (_, index) => cname(`host-${index}`));

    const tooLarge = await batch(cloud, { posts });
    const justRight = await batch(cloud, { posts: posts.slice(1) });

    expect([tooLarge.status, tooLarge.code]).toEqual([400, 4711]);
    expect(justRight.status).toBe(200);
    expect(cloud.admin.records('example.com')).toHaveLength(operations - 1);
  });
});

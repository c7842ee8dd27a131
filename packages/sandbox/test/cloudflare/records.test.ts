import { describe, expect, it } from '@jest/globals';
import type { PlanName } from '../../src/cloudflare/state/model.ts';
import { aCloud, type TestCloud } from './a-cloud.ts';

const TARGET = '6ff42ae2-765d-4adf-8112-31c55c1551ef.cfargotunnel.com';
const tunnelRecord = (name: string) => ({ name, type: 'CNAME', content: TARGET, proxied: true });
const records = (cloud: TestCloud) => `/zones/${cloud.zone}/dns_records`;

describe('a new record', () => {
  it('is stored completely, in normal form', async () => {
    const cloud = await aCloud({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) });

    const { result } = await cloud.post(records(cloud), { ...tunnelRecord('App'), ttl: 300, comment: 'mine' });

    expect(result).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'app.example.com',
      type: 'CNAME',
      content: TARGET,
      proxiable: true,
      proxied: true,
      ttl: 1,
      settings: {},
      meta: {},
      comment: 'mine',
      tags: [],
      created_on: '2026-01-02T03:04:05.678000Z',
      modified_on: '2026-01-02T03:04:05.678000Z',
      comment_modified_on: '2026-01-02T03:04:05.678000Z',
    });
  });

  it.each([
    { given: 'app', stored: 'app.example.com' },
    { given: '@', stored: 'example.com' },
    { given: 'Example.COM.', stored: 'example.com' },
    { given: '*.apps', stored: '*.apps.example.com' },
    { given: 'bücher', stored: 'xn--bcher-kva.example.com' },
    { given: '_dmarc.example.com', stored: '_dmarc.example.com' },
    { given: 'www.example.org', stored: 'www.example.org.example.com' },
  ])('named $given is stored as $stored', async ({ given, stored }) => {
    const cloud = await aCloud();

    const { result } = await cloud.post(records(cloud), tunnelRecord(given));

    expect(result['name']).toBe(stored);
  });

  it.each([
    { case: 'no name', record: { type: 'A', content: '192.0.2.1' }, code: 9000 },
    { case: 'an invalid name', record: { name: 'a b', type: 'A', content: '192.0.2.1' }, code: 9000 },
    { case: 'a label that is too long', record: { name: 'a'.repeat(64), type: 'A', content: '192.0.2.1' }, code: 9000 },
    { case: 'an unknown type', record: { name: 'a', type: 'ALIAS', content: 'x' }, code: 9001 },
    { case: 'a name as IPv4 address', record: { name: 'a', type: 'A', content: 'example.org' }, code: 9005 },
    { case: 'an IPv4 address as IPv6', record: { name: 'a', type: 'AAAA', content: '192.0.2.1' }, code: 9006 },
    { case: 'an address as CNAME', record: { name: 'a', type: 'CNAME', content: '192.0.2.1' }, code: 9007 },
    { case: 'a wildcard as CNAME', record: { name: 'a', type: 'CNAME', content: '*.example.org' }, code: 9007 },
    { case: 'itself as CNAME', record: { name: 'a', type: 'CNAME', content: 'A.example.com.' }, code: 9007 },
    { case: 'a proxied TXT', record: { name: 'a', type: 'TXT', content: 'x', proxied: true }, code: 9004 },
    { case: 'a forbidden target', record: { name: 'a', type: 'A', content: '1.1.1.1', proxied: true }, code: 9003 },
    { case: 'a short TTL', record: { name: 'a', type: 'A', content: '192.0.2.1', ttl: 30 }, code: 9021 },
    { case: 'a long comment', record: { ...tunnelRecord('a'), comment: 'x'.repeat(101) }, code: 9313 },
    { case: 'a tag on Free', record: { ...tunnelRecord('a'), tags: ['x'] }, code: 9300 },
  ])('is rejected with $code for $case', async ({ record, code }) => {
    const cloud = await aCloud();

    const answer = await cloud.post(records(cloud), record);

    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(cloud.admin.records('example.com')).toEqual([]);
  });

  it.each([
    { plan: 'free', field: { comment: 'x'.repeat(101) }, message: /maximum length of 100 characters/ },
    { plan: 'pro', field: { comment: 'x'.repeat(501) }, message: /maximum length of 500 characters/ },
    { plan: 'pro', field: { comment: 'x'.repeat(500), tags: ['team:web'] }, message: /^accepted$/ },
    { plan: 'pro', field: { ttl: 30 }, message: /between 60 and 86400/ },
    { plan: 'enterprise', field: { ttl: 30, proxied: false }, message: /^accepted$/ },
  ])('has the limits of the plan $plan ($message)', async ({ plan, field, message }) => {
    const cloud = await aCloud({}, { plan: plan as PlanName });

    const answer = await cloud.post(records(cloud), { ...tunnelRecord('a'), ...field });

    expect(answer.status === 200 ? 'accepted' : answer.message).toMatch(message);
  });

  it('can be rejected in the older format, with the error below a 1004', async () => {
    const cloud = await aCloud({ assumptions: { dnsErrorShape: 'chained' } });

    const { body } = await cloud.post(records(cloud), { ...tunnelRecord('a'), tags: ['x'] });

    expect(body['errors']).toEqual([
      {
        code: 1004,
        message: 'DNS Validation Error',
        error_chain: [{ code: 9300, message: 'DNS record has 1 tags, exceeding the quota of 0.' }],
      },
    ]);
  });
});

describe('records', () => {
  const A = { name: 'app', type: 'A', content: '192.0.2.1' };
  const AAAA = { name: 'app', type: 'AAAA', content: '2001:db8::1' };
  const CNAME = tunnelRecord('app');
  const TXT = { name: 'app', type: 'TXT', content: 'hello' };
  const MX = { name: 'app', type: 'MX', content: 'mail.example.org', priority: 10 };
  const NS = { name: 'app', type: 'NS', content: 'ns.example.org' };

  it.each([
    { first: A, second: A, code: 81058 },
    { first: A, second: { ...A, content: '192.0.2.2' }, code: undefined },
    { first: A, second: AAAA, code: undefined },
    { first: A, second: CNAME, code: 81053 },
    { first: AAAA, second: CNAME, code: 81053 },
    { first: CNAME, second: { ...CNAME, content: 'other.example.org' }, code: 81053 },
    { first: CNAME, second: CNAME, code: 81058 },
    { first: CNAME, second: A, code: 81054 },
    { first: CNAME, second: AAAA, code: 81054 },
    { first: CNAME, second: TXT, code: undefined },
    { first: MX, second: CNAME, code: undefined },
    { first: TXT, second: { ...TXT, content: 'again' }, code: undefined },
    { first: NS, second: A, code: 81056 },
    { first: TXT, second: NS, code: 81056 },
  ])('$second.type after $first.type gives $code', async ({ first, second, code }) => {
    const cloud = await aCloud();
    await cloud.post(records(cloud), first);

    const answer = await cloud.post(records(cloud), second);

    expect([answer.status, answer.code]).toEqual(code === undefined ? [200, undefined] : [400, code]);
  });

  it('can give 81053 for an identical CNAME', async () => {
    const cloud = await aCloud({ assumptions: { identicalCnameCode: 81053 } });
    await cloud.post(records(cloud), CNAME);

    expect((await cloud.post(records(cloud), CNAME)).code).toBe(81053);
  });
});

describe('changing a record', () => {
  it('with PATCH keeps missing fields, with PUT resets them', async () => {
    const cloud = await aCloud();
    const before = cloud.admin.addRecord('example.com', { ...tunnelRecord('app'), comment: 'mine' });
    const path = `${records(cloud)}/${before.id}`;

    const patched = await cloud.call('PATCH', path, { content: 'a.example.org' });
    const put = await cloud.call('PUT', path, { name: 'app', type: 'CNAME', content: 'b.example.org' });

    expect(patched.result).toMatchObject({ content: 'a.example.org', proxied: true, comment: 'mine' });
    expect(put.result).toMatchObject({ content: 'b.example.org', proxied: false, comment: null });
  });

  it('updates modified_on only if something changed', async () => {
    let now = 1_000_000;
    const cloud = await aCloud({ now: () => now });
    const { id, modifiedOn } = cloud.admin.addRecord('example.com', tunnelRecord('app'));
    const path = `${records(cloud)}/${id}`;
    now += 60_000;

    const same = await cloud.call('PATCH', path, { proxied: true });
    const changed = await cloud.call('PATCH', path, { proxied: false });

    expect(same.result['modified_on']).toBe(modifiedOn);
    expect(changed.result['modified_on']).not.toBe(modifiedOn);
    expect(changed.result['comment_modified_on']).toBeUndefined();
  });

  it('checks for conflicts with other records, but not with itself', async () => {
    const cloud = await aCloud();
    const app = cloud.admin.addRecord('example.com', tunnelRecord('app'));
    cloud.admin.addRecord('example.com', tunnelRecord('web'));

    const itself = await cloud.call('PATCH', `${records(cloud)}/${app.id}`, { comment: 'new' });
    const clash = await cloud.call('PATCH', `${records(cloud)}/${app.id}`, { name: 'web', content: 'x.example.org' });

    expect(itself.status).toBe(200);
    expect(clash.code).toBe(81053);
  });

  it.each(['GET', 'PATCH', 'PUT', 'DELETE'])(
    'with %s returns 404 81044 if the record no longer exists',
    async (method) => {
      const cloud = await aCloud();

      const { status, code } = await cloud.call(
        method,
        `${records(cloud)}/${'0'.repeat(32)}`,
        method === 'GET' ? undefined : {},
      );

      expect([status, code]).toEqual([404, 81044]);
    },
  );

  it('with DELETE returns only the id', async () => {
    const cloud = await aCloud();
    const { id } = cloud.admin.addRecord('example.com', tunnelRecord('app'));

    const { result } = await cloud.call('DELETE', `${records(cloud)}/${id}`);

    expect(result).toEqual({ id });
    expect(cloud.admin.records('example.com')).toEqual([]);
  });
});

describe('the zone as a whole', () => {
  it('counts its records against the quota', async () => {
    const cloud = await aCloud({}, { recordQuota: 1 });
    await cloud.post(records(cloud), tunnelRecord('a'));

    const tooMany = await cloud.post(records(cloud), tunnelRecord('b'));
    const usage = await cloud.get(`${records(cloud)}/usage`);

    expect([tooMany.status, tooMany.code]).toEqual([400, 81045]);
    expect(usage.result).toEqual({ record_quota: 1, record_usage: 1 });
  });

  it.each([
    { plan: 'free', legacyQuota: false, quota: 200 },
    { plan: 'free', legacyQuota: true, quota: 1000 },
    { plan: 'pro', legacyQuota: false, quota: 3500 },
  ] as const)('on $plan (legacy: $legacyQuota) has a quota of $quota', async ({ plan, legacyQuota, quota }) => {
    const cloud = await aCloud({}, { plan, legacyQuota });

    expect((await cloud.get(`${records(cloud)}/usage`)).result['record_quota']).toBe(quota);
  });

  it('is exported as a BIND file with comments and without ids', async () => {
    const cloud = await aCloud();
    const { id } = cloud.admin.addRecord('example.com', { ...tunnelRecord('app'), comment: 'mine' });

    const { body, headers } = await cloud.get(`${records(cloud)}/export`);

    expect(headers.get('content-type')).toContain('text/plain');
    expect(body['text']).toContain(`app.example.com.\t1\tIN\tCNAME\t${TARGET}. ; mine cf_tags=cf-proxied:true`);
    expect(body['text']).not.toContain(id);
  });
});

import { expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

it('records the endpoint, status, query and credential of every request', async () => {
  const cloud = await aCloud();

  await cloud.get(`/zones/${cloud.zone}/dns_records?per_page=5`);
  await cloud.post(`/zones/${cloud.zone}/dns_records`, {});
  await cloud.get('/nowhere');

  expect(cloud.calls.entries).toMatchObject([
    {
      method: 'GET',
      path: `/zones/${cloud.zone}/dns_records`,
      endpoint: 'GET /zones/:zone/dns_records',
      query: '?per_page=5',
      status: 200,
      at: expect.any(Number),
      ms: expect.any(Number),
      bytes: expect.any(Number),
      tokenId: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
    { endpoint: 'POST /zones/:zone/dns_records', status: 400 },
    { endpoint: 'GET /nowhere', status: 400 },
  ]);
  expect(cloud.calls.entries[0]?.bytes).toBeGreaterThan(50);
});

it('counts requests by endpoint name and by pattern, and lists writes separately', async () => {
  const cloud = await aCloud();
  await cloud.get('/zones');
  await cloud.get('/zones');
  await cloud.post(`/zones/${cloud.zone}/dns_records/batch`, {});

  expect(cloud.calls.count()).toBe(3);
  expect(cloud.calls.count('GET /zones')).toBe(2);
  expect(cloud.calls.count(/dns_records/)).toBe(1);
  expect(cloud.calls.byEndpoint()).toEqual({ 'GET /zones': 2, 'POST /zones/:zone/dns_records/batch': 1 });
  expect(cloud.calls.writes().map((entry) => entry.method)).toEqual(['POST']);

  cloud.calls.clear();
  expect(cloud.calls.count()).toBe(0);
});

import { expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

const HOUR_MS = 3_600_000;
const NEW_YEAR = Date.UTC(2026, 0, 1);

it('is used for timestamps and the Date header', async () => {
  const cloud = await aCloud({ now: () => NEW_YEAR });

  const { headers, result } = await cloud.post(`/accounts/${cloud.account}/cfd_tunnel`, { name: 'home' });

  expect(result['created_at']).toBe('2026-01-01T00:00:00.000000Z');
  expect(headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
});

it.each([
  { case: 'back', byMs: -HOUR_MS },
  { case: 'forth', byMs: HOUR_MS },
])('set $case by an hour, neither moves the end of a rate window nor delays reads', async ({ byMs }) => {
  let now = NEW_YEAR;
  const cloud = await aCloud({ now: () => now, elapsed: () => 0 });
  cloud.faults.add({ path: /dns_records/, effect: { kind: 'stale-reads', lagMs: 0 } });
  await cloud.get('/zones');
  cloud.admin.addRecord('example.com', { name: 'app', type: 'A', content: '192.0.2.1' });
  now += byMs;

  const { headers, list } = await cloud.get(`/zones/${cloud.zone}/dns_records`);

  expect(headers.get('ratelimit')).toBe('"default";r=1198;t=300');
  expect(list.map(({ name }) => name)).toEqual(['app.example.com']);
});

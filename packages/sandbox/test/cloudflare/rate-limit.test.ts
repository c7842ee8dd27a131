import { expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

it('reports the remaining budget in every response, including errors', async () => {
  const cloud = await aCloud({ elapsed: () => 0 });

  const first = await cloud.get('/zones');
  const second = await cloud.get('/zones/nonsense');

  expect(first.headers.get('ratelimit')).toBe('"default";r=1199;t=300');
  expect(first.headers.get('ratelimit-policy')).toBe('"default";q=1200;w=300');
  expect(second.headers.get('ratelimit')).toBe('"default";r=1198;t=300');
});

it('rejects all requests over the quota until the window ends', async () => {
  let elapsed = 0;
  const cloud = await aCloud({ elapsed: () => elapsed, rateLimit: { quota: 2, windowSeconds: 60 } });
  await cloud.get('/zones');
  await cloud.get('/zones');
  elapsed = 10_000;

  const blocked = await cloud.get('/zones');
  elapsed = 60_000;
  const open = await cloud.get('/zones');

  expect(blocked.status).toBe(429);
  expect(blocked.headers.get('retry-after')).toBe('50');
  expect(blocked.message).toBe(
    'More than 2 requests per 60 seconds reached. Please wait and consider throttling your request speed',
  );
  expect(open.status).toBe(200);
});

it('can omit Retry-After, as the real API sometimes does', async () => {
  const cloud = await aCloud({ rateLimit: { quota: 0, sendRetryAfter: false } });

  const { status, headers } = await cloud.get('/zones');

  expect(status).toBe(429);
  expect(headers.has('retry-after')).toBe(false);
});

it('is shared by the tokens and keys of a user, but not by account-owned tokens', async () => {
  const cloud = await aCloud({ rateLimit: { quota: 1 } });
  const call = async (token: string) =>
    (await cloud.call('GET', '/zones', undefined, { authorization: `Bearer ${token}` })).status;
  const accountOwned = cloud.admin.addToken({ kind: 'account', accounts: [cloud.account] });

  expect(await call(cloud.token)).toBe(200);
  expect(await call(cloud.admin.addToken())).toBe(429);
  expect(await call(accountOwned)).toBe(200);
});

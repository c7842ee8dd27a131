import { afterEach, expect, it } from '@jest/globals';
import { createCloudflareClient } from '../../../../src/adapters/cloudflare/calls/client.ts';
import { type Transport, createTransport } from '../../../../src/adapters/cloudflare/calls/transport.ts';
import type { ApiCredentials } from '../../../../src/core/tunnel/credentials.ts';
import { json } from '../../../support/answers.ts';
import { aServer } from '../../../support/loopback-server.ts';

const ROUTE = 'GET /client/v4/zones';
const STRAY = ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY', 'CLOUDFLARE_EMAIL', 'CLOUDFLARE_API_USER_SERVICE_KEY'];

const transports: Transport[] = [];
afterEach(() => {
  for (const transport of transports.splice(0)) transport.close();
  for (const name of STRAY) delete process.env[name];
});

async function aCall(credentials: ApiCredentials) {
  const server = await aServer();
  server.on(ROUTE, json({ success: true, errors: [], result: [] }));
  const transport = createTransport(5_000, () => undefined);
  transports.push(transport);
  await createCloudflareClient(credentials, `${server.url}/client/v4`, transport).zones.list();
  return server.requests(ROUTE).entries[0]?.headers ?? {};
}

it('sends a token, and no credentials of the environment', async () => {
  for (const name of STRAY) process.env[name] = 'stray';

  const headers = await aCall({ kind: 'token', token: 'secret-token' });

  expect(headers.authorization).toBe('Bearer secret-token');
  expect(JSON.stringify(headers)).not.toContain('stray');
});

it('sends a key with its email address, and no credentials of the environment', async () => {
  for (const name of STRAY) process.env[name] = 'stray';

  const headers = await aCall({ kind: 'key', key: 'secret-key', email: 'ops@example.com' });

  expect(headers).toMatchObject({ 'x-auth-key': 'secret-key', 'x-auth-email': 'ops@example.com' });
  expect(JSON.stringify(headers)).not.toContain('stray');
});

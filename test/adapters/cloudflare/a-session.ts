import { afterEach } from '@jest/globals';
import type { NewZone } from 'cftunnel-sandbox/cloudflare/admin';
import { type CloudflareOptions, type CloudflareSandbox, startCloudflare } from 'cftunnel-sandbox/cloudflare/server';
import { type CloudflareClient, createCloudflareClient } from '../../../src/adapters/cloudflare/calls/client.ts';
import { RateBudget } from '../../../src/adapters/cloudflare/calls/rate-budget.ts';
import { type CloudflareSession, openSession } from '../../../src/adapters/cloudflare/session.ts';
import { createTransport } from '../../../src/adapters/cloudflare/calls/transport.ts';
import type { Zone } from '../../../src/core/model/zone.ts';
import type { ApiCredentials } from '../../../src/core/tunnel/credentials.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

export interface TestCloud extends CloudflareSandbox {
  /** Id of the account. */
  readonly account: string;
  /** The zone example.com. */
  readonly zone: Zone;
  /** With the operator's token. */
  readonly client: CloudflareClient;
  readonly session: CloudflareSession;
  readonly clientOf: (credentials: ApiCredentials) => CloudflareClient;
  /** A new session with a token. */
  readonly sessionOf: (token: string) => CloudflareSession;
}

/** An emulated Cloudflare with one account and one zone, and a session. Stopped after the test. */
export async function aCloud(
  options: CloudflareOptions = {},
  zone: Partial<NewZone> = {},
  callTimeoutMs = 60_000,
): Promise<TestCloud> {
  const sandbox = await startCloudflare(options);
  const transport = createTransport(callTimeoutMs, () => undefined);
  stops.push(async () => {
    transport.close();
    await sandbox.stop();
  });
  const account = sandbox.admin.addAccount({ name: 'Acme' }).id;
  const zoneId = sandbox.admin.addZone({ name: 'example.com', account, ...zone }).id;
  const clientOf = (credentials: ApiCredentials): CloudflareClient =>
    createCloudflareClient(credentials, sandbox.url, transport);
  const sessionOf = (token: string): CloudflareSession =>
    openSession(clientOf({ kind: 'token', token }), new RateBudget(), new Map());
  const token = sandbox.admin.addToken();
  return {
    ...sandbox,
    account,
    zone: { id: zoneId, name: zone.name ?? 'example.com', accountId: account, batchLimit: 200 },
    client: clientOf({ kind: 'token', token }),
    session: sessionOf(token),
    clientOf,
    sessionOf,
  };
}

/** For changes that were not refused before. */
export const MANNER = { refusalAgeMs: 60_000, isolatesClashes: false };

/** A signal that never aborts. */
export const never = new AbortController().signal;

import { afterEach } from '@jest/globals';
import type { NewZone } from 'cftunnel-sandbox/cloudflare/admin';
import { type CloudflareOptions, type CloudflareSandbox, startCloudflare } from 'cftunnel-sandbox/cloudflare/server';
import { type CloudflareClient, createCloudflareClient } from '../../../src/adapters/cloudflare/client.ts';
import { RateBudget } from '../../../src/adapters/cloudflare/rate-budget.ts';
import { CloudflareSession } from '../../../src/adapters/cloudflare/session.ts';
import { createTransport } from '../../../src/adapters/cloudflare/transport.ts';
import type { Zone } from '../../../src/core/model/zone.ts';
import type { ApiCredentials } from '../../../src/core/tunnel/credentials.ts';

/** Long enough for a busy machine, short enough to wait for. */
const CALL_TIMEOUT_MS = 500;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

export interface TestCloud extends CloudflareSandbox {
  /** Id of the one account. */
  readonly account: string;
  /** The zone example.com. */
  readonly zone: Zone;
  /** With the operator's token. */
  readonly client: CloudflareClient;
  readonly session: CloudflareSession;
  readonly clientOf: (credentials: ApiCredentials) => CloudflareClient;
  /** A session of its own, with a token. */
  readonly sessionOf: (token: string) => CloudflareSession;
}

/** An emulated Cloudflare with one account and one zone, and the operator's way to it. Ended after the test. */
export async function aCloud(options: CloudflareOptions = {}, zone: Partial<NewZone> = {}): Promise<TestCloud> {
  const sandbox = await startCloudflare(options);
  const transport = createTransport(CALL_TIMEOUT_MS, () => undefined);
  stops.push(async () => {
    transport.close();
    await sandbox.stop();
  });
  const account = sandbox.admin.addAccount({ name: 'Acme' }).id;
  const zoneId = sandbox.admin.addZone({ name: 'example.com', account, ...zone }).id;
  const clientOf = (credentials: ApiCredentials): CloudflareClient =>
    createCloudflareClient(credentials, sandbox.url, transport);
  const sessionOf = (token: string): CloudflareSession =>
    new CloudflareSession(clientOf({ kind: 'token', token }), new Map(), new RateBudget());
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

/** Resolves when the emulator has carried out a first request, though it may still hold back the answer. */
export async function carriedOutFirst({ calls }: Pick<TestCloud, 'calls'>): Promise<void> {
  while ((calls.entries[0]?.status ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** A first write of changes that nobody has refused before. */
export const MANNER = { refusalAgeMs: 60_000, isolatesClashes: false };

/** A signal that never aborts. */
export const never = new AbortController().signal;

import { type KnownZones, type ReadOnlyCloudflare, openReadOnly } from '../../adapters/cloudflare/read-only.ts';
import type { CloudflareSession } from '../../adapters/cloudflare/session.ts';
import type { ObjectKey, Secret, Tunnel } from '../../api/objects.ts';
import { parseApiSecret } from '../../core/tunnel/credentials.ts';
import type { Connection } from './connect.ts';
import type { Given } from './definition.ts';
import { cloudflareUrl } from './flags.ts';
import type { Io } from './io.ts';

/** Cloudflare as the tokens of Secrets show it. Nothing is ever written. */
export interface CloudflareAccess {
  /** The session of a Tunnel's token, or why there is none. */
  openFor(connection: Connection, tunnel: Tunnel): Promise<Opened>;
  openSecret(connection: Connection, secret: ObjectKey): Promise<Opened>;
  readonly known: KnownZones;
}

export type Opened =
  { readonly session: CloudflareSession; readonly accountId: string | undefined } | { readonly problem: string };

/** Hands Cloudflare to `use`, and closes its connections. */
export async function withCloudflare<T>(
  given: Given,
  io: Io,
  use: (cloudflare: CloudflareAccess) => Promise<T>,
): Promise<T> {
  const sessions = openReadOnly(cloudflareUrl(given, io.env), io.env);
  try {
    return await use({
      openFor: (connection, { metadata, spec }) =>
        openSecret(sessions, connection, `${metadata.namespace}/${spec.credentialsRef.name}`),
      openSecret: (connection, secret) => openSecret(sessions, connection, secret),
      known: new Map(),
    });
  } finally {
    sessions.close();
  }
}

async function openSecret(sessions: ReadOnlyCloudflare, { cluster }: Connection, key: ObjectKey): Promise<Opened> {
  const secret = await cluster.lookUp<Secret>('secrets', key);
  if (secret === 'absent') return { problem: `Secret ${key} does not exist` };
  if (secret === 'forbidden') return { problem: `you may not read Secret ${key}` };
  const parsed = parseApiSecret(secret);
  if ('problem' in parsed) return { problem: `Secret ${key} cannot be used: ${parsed.problem}` };
  return { session: sessions.open(parsed.credentials), accountId: parsed.accountId };
}

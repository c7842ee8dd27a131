/** Removes the TXT records of another tool, with the credentials of a Tunnel. */
import type { AnyObjects } from '../../../adapters/kubernetes/any-objects.ts';
import { createCloudflareSessions } from '../../../adapters/cloudflare/sessions.ts';
import { API_VERSION, TUNNEL_KIND } from '../../../api/names.ts';
import type { ObjectKey, Secret, Tunnel } from '../../../api/objects.ts';
import type { DnsChange } from '../../../core/dns/plan.ts';
import { splitKey } from '../../../core/keys.ts';
import { ownershipAmong } from '../../../core/migrate/ownership-records.ts';
import type { OwnershipRecord } from '../../../core/migrate/takeover.ts';
import { type Zone, zonesOf } from '../../../core/model/zone.ts';
import { parseApiSecret } from '../../../core/tunnel/credentials.ts';
import { CommandError } from '../../frame/exit-code.ts';

export interface RecordsContext {
  readonly objects: AnyObjects;
  readonly baseUrl: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Session = ReturnType<ReturnType<typeof createCloudflareSessions>['open']>;

export function recordRemover({ objects, baseUrl, env }: RecordsContext) {
  return async (tunnel: ObjectKey, wanted: readonly OwnershipRecord[]): Promise<number> => {
    const credentials = await credentialsOf(objects, tunnel);
    const sessions = createCloudflareSessions(baseUrl, () => undefined, { env });
    try {
      return await removeAll(sessions.open(credentials), wanted);
    } finally {
      sessions.close();
    }
  };
}

async function credentialsOf(objects: AnyObjects, key: ObjectKey) {
  const tunnel = await objects.find<Tunnel>({ apiVersion: API_VERSION, kind: TUNNEL_KIND, key });
  const secret = `${splitKey(key).namespace}/${tunnel?.spec.credentialsRef.name}`;
  const found = await objects.find<Secret>({ apiVersion: 'v1', kind: 'Secret', key: secret });
  const parsed = found === undefined ? { problem: 'it does not exist' } : parseApiSecret(found);
  if ('problem' in parsed) throw new CommandError(`Secret ${secret} cannot be used: ${parsed.problem}`);
  return parsed.credentials;
}

async function removeAll(session: Session, wanted: readonly OwnershipRecord[]): Promise<number> {
  const zones = await session.zones(0, new AbortController().signal);
  const needed = new Set(wanted.flatMap(({ hostname }) => zonesOf(hostname, zones)));
  let count = 0;
  for (const zone of needed) count += await removeIn(session, zone, wanted);
  return count;
}

async function removeIn(session: Session, zone: Zone, wanted: readonly OwnershipRecord[]): Promise<number> {
  const { signal } = new AbortController();
  const records = ownershipAmong(await session.allRecords(zone, signal), wanted);
  if (records.length === 0) return 0;
  const changes: DnsChange[] = records.map(({ id, name }) => ({ kind: 'delete', id, name }));
  const { done, refused } = await session.writeRecords(
    zone,
    changes,
    { refusalAgeMs: 0, isolatesClashes: false },
    signal,
  );
  if (done.length < changes.length)
    throw new CommandError(
      `Cloudflare has not removed ${changes.length - done.length} TXT records in zone ${zone.name}: ${refused[0]?.message ?? 'try again'}`,
    );
  return done.length;
}

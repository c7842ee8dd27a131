import type { CloudflareSession } from '../../../adapters/cloudflare/session.ts';
import { attempt } from '../../../adapters/kubernetes/installation.ts';
import type { Tunnel } from '../../../api/objects.ts';
import type { Probe, Tried } from '../../../core/check/tunnel.ts';
import { settingsOf } from '../../../core/model/tunnel-settings.ts';
import { type Zone, writableZones } from '../../../core/model/zone.ts';
import type { CloudflareAccess } from '../../frame/cloudflare.ts';
import type { Connection } from '../../frame/connect.ts';

/** One list answers for all Tunnels with the same token. */
const MAX_AGE_MS = 60_000;

/** What every mark begins with, so that a zone of others costs one short answer. */
const ANY_MARK = 'cftunnel.io owner=';

/** Which parts of Access the objects of a namespace need. */
export interface AccessNeeds {
  readonly policies: boolean;
  readonly serviceTokens: boolean;
}

/** Tries each permission of a Tunnel's token by a read. */
export async function tryToken(
  connection: Connection,
  cloudflare: CloudflareAccess,
  { tunnel, needs }: { readonly tunnel: Tunnel; readonly needs: AccessNeeds },
): Promise<Tried> {
  const opened = await cloudflare.openFor(connection, tunnel);
  if ('problem' in opened) return opened;
  const { session } = opened;
  const { signal } = new AbortController();
  const zones = await attempt(() => session.zones(MAX_AGE_MS, signal));
  const visible = 'value' in zones ? zones.value : [];
  const accountId = tunnel.spec.accountId ?? opened.accountId ?? tunnel.status?.accountId ?? visible[0]?.accountId;
  const tunnels =
    accountId === undefined ? undefined : await attempt(() => session.tunnels(accountId, MAX_AGE_MS, signal));
  const names: Probe = 'problem' in zones ? zones : { value: zones.value.map(({ name }) => name) };
  const keepsRecords = settingsOf(tunnel).dnsMode !== 'Disabled';
  const writable = keepsRecords ? writableZones(visible, tunnel.spec.dns?.zones) : [];
  const access = accountId === undefined ? [] : await tryAccess(session, accountId, needs);
  return { tunnels, zones: names, records: await tryZones(session, writable), access };
}

async function tryAccess(
  session: CloudflareSession,
  accountId: string,
  { policies, serviceTokens }: AccessNeeds,
): Promise<readonly Probe[]> {
  const { signal } = new AbortController();
  const reads = [
    ...(policies ? [() => session.accessPolicies(accountId, MAX_AGE_MS, signal)] : []),
    ...(serviceTokens ? [() => session.serviceTokens(accountId, MAX_AGE_MS, signal)] : []),
  ];
  return Promise.all(reads.map((read) => attempt<unknown>(read)));
}

/** Zones that are tried; the permission for DNS is usually the same in all of them. */
const MAX_ZONES = 20;

async function tryZones(session: CloudflareSession, zones: readonly Zone[]): Promise<ReadonlyMap<string, Probe>> {
  const { signal } = new AbortController();
  const tried = zones.slice(0, MAX_ZONES).map(async (zone): Promise<readonly [string, Probe]> => {
    return [zone.name, await attempt(() => session.records(zone, { mark: ANY_MARK }, MAX_AGE_MS, signal))];
  });
  return new Map(await Promise.all(tried));
}

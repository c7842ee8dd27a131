/** Reads the records in the zones of a Tunnel's hostnames. */
import type { ObservedRecord } from '../../../../core/dns/plan.ts';
import type { RecordView } from '../../../../core/dns/record-presence.ts';
import { type TunnelHostnames, groupByZone } from '../../../../core/dns/records.ts';
import { type Zone, writableZones } from '../../../../core/model/zone.ts';
import { type Attempt, attemptIn, unlessForbidden } from '../../pass/attempt.ts';
import type { RecordsPort, ZonesPort } from '../../pass/ports.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import { managedHostnames } from './hostnames.ts';
import type { DnsRecordsPort } from './port.ts';

type Cloudflare = ZonesPort & Pick<RecordsPort, 'records' | 'hasAllRecords'>;

/** `undefined`: the Tunnel keeps no records, and never did. */
export async function lookUpRecords(
  port: DnsRecordsPort,
  pass: TunnelPass,
  cloudflare: Cloudflare,
): Promise<RecordView | undefined> {
  const hostnames = managedHostnames(port, pass, port.routing().published.get(pass.key) ?? []);
  const isIdle = hostnames.wanted.length === 0 && hostnames.published.length === 0;
  if (isIdle && pass.settings.dnsMode === 'Disabled') return undefined;
  return observeRecords({ cloudflare, attempt: attemptIn(pass) }, pass, hostnames);
}

/** Reads the zones that hold any of the hostnames; costs no call while the cached lists are fresh. */
export async function observeRecords(
  { cloudflare, attempt }: { readonly cloudflare: Cloudflare; readonly attempt: Attempt },
  { tunnel, clusterMark, maxAgeMs, signal }: TunnelPass,
  hostnames: TunnelHostnames,
): Promise<RecordView> {
  const visible = await cloudflare.zones(maxAgeMs.zones, signal);
  const writable = writableZones(visible, tunnel.spec.dns?.zones);
  const zoned = groupByZone(hostnames, { visible, writable });
  const records = new Map<Zone, readonly ObservedRecord[]>();
  for (const { zone, hostnames: names, isOptional = false } of zoned.zones) {
    // Cloudflare accepts an address beside a foreign one, and refuses only a second CNAME.
    const isWhole = names.some((name) => hostnames.local?.has(name));
    const read = () => cloudflare.records(zone, { mark: clusterMark, isWhole }, maxAgeMs.records, signal);
    const found = await attempt(async () => (isOptional ? ((await unlessForbidden(read)) ?? []) : read()));
    if (found !== undefined) records.set(zone, found);
  }
  const uncertain = new Set([...records.keys()].filter((zone) => !cloudflare.hasAllRecords(zone)));
  return { zoned, visible, writable, records, uncertain };
}

/** Which hostnames of a Tunnel have records, and which may still have one. */
import { isManaged } from '../../../../core/dns/policy.ts';
import { type RecordView, mayBeForgotten } from '../../../../core/dns/record-presence.ts';
import type { TunnelHostnames } from '../../../../core/dns/records.ts';
import { type Publication, recordedHostnames } from '../../../../core/dns/unrecorded.ts';
import { isLanName } from '../../../../core/model/lan-name.ts';
import type { Route } from '../../../../core/model/route.ts';
import { publishedRoutesOrUnknown } from '../../pass/published-routes.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { DnsRecordsPort } from './port.ts';

/** The hostnames whose records are ours to make, and those that may have one. */
export function managedHostnames(port: DnsRecordsPort, pass: TunnelPass, wanted: readonly Route[]): TunnelHostnames {
  const published = publishedRoutesOrUnknown(port, pass);
  const managed = wanted.filter((route) => isManaged(route, pass.settings.dnsMode));
  return {
    // Several routes may share a hostname, and so its record.
    wanted: [...new Set(managed.map(({ hostname }) => hostname))],
    local: new Set(managed.filter(isLanName).map(({ hostname }) => hostname)),
    published: published === 'unknown' ? (hasNoRecords(pass) ? [] : 'unknown') : recordedHostnames(published),
  };
}

/** The condition reports it only once every record has been removed, so it counts even without the ConfigMap. */
function hasNoRecords({ tunnel, settings }: TunnelPass): boolean {
  const isReported = tunnel.status?.conditions?.some(
    ({ type, reason }) => type === 'DNSReady' && reason === 'DNSDisabled',
  );
  return settings.dnsMode === 'Disabled' && isReported === true;
}

/** The routes that were published, and those that the Tunnel is to publish; a Tunnel being deleted wants none. */
export function publicationOf(port: DnsRecordsPort, pass: TunnelPass): Publication {
  const isDeleting = pass.tunnel.metadata.deletionTimestamp !== undefined;
  return {
    published: publishedRoutesOrUnknown(port, pass),
    wanted: isDeleting ? [] : (port.routing().published.get(pass.key) ?? []),
    mode: pass.settings.dnsMode,
  };
}

/** Whether records may exist at names that nothing lists any more, since the ConfigMap is gone. */
export function hasForgotten(port: DnsRecordsPort, pass: TunnelPass, view: RecordView | undefined): boolean {
  if (publishedRoutesOrUnknown(port, pass) !== 'unknown') return false;
  if (pass.settings.dnsMode === 'UpsertOnly' || hasNoRecords(pass)) return false;
  return mayBeForgotten(view, pass.mark, pass.stages.failures);
}

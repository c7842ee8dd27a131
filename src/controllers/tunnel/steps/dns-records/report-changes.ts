import type { ObjectKey } from '../../../../api/objects.ts';
import type { DnsChange } from '../../../../core/dns/plan.ts';
import { recordChanges } from '../../../../core/dns/record-changes.ts';
import type { Zone } from '../../../../core/model/zone.ts';
import { publishedRoutes } from '../../pass/published-routes.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { DnsRecordsPort } from './port.ts';

interface Written {
  readonly zone: Zone;
  readonly done: readonly DnsChange[];
}

/**
 * Reports the records that a batch has changed, in the log and in events on their Services. A rule is published before
 * its record and removed after it, so the published rules name the Service.
 */
export function reportChanges(port: DnsRecordsPort, pass: TunnelPass, { zone, done }: Written): void {
  if (done.length === 0) return;
  const routes = publishedRoutes(port, pass).filter(({ source }) => port.sources.get(source) !== undefined);
  const sources = new Map<string, ObjectKey>(routes.map(({ hostname, source }) => [hostname, source]));
  for (const { service, change } of recordChanges(zone.name, done, (hostname) => sources.get(hostname))) {
    const object = service === undefined ? undefined : port.sources.get(service);
    port.changed(object ?? pass.tunnel, change, pass.signal);
  }
  for (const change of done)
    if (change.kind !== 'delete' && port.wasRecorded(pass.key, change.record)) port.driftRepaired('record');
}

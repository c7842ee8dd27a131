/** Finds problems with a hostname that do not prevent its record. */
import type { Hostname } from '../model/hostname.ts';
import type { Warning } from '../model/route.ts';
import { type Zone, zoneOf } from '../model/zone.ts';

export function recordWarnings(hostname: Hostname, zones: readonly Zone[], proxied: boolean): readonly Warning[] {
  return [
    ...(proxied ? [] : [{ reason: 'Unproxied' as const, message: UNPROXIED }]),
    ...certificateWarnings(hostname, zoneOf(hostname, zones)),
  ];
}

const UNPROXIED = 'spec.dns.proxied of the Tunnel is false, but a tunnel record works only if it is proxied';

/** Cloudflare's universal certificate covers a zone and one label below it. */
function certificateWarnings(hostname: Hostname, zone: Zone | undefined): readonly Warning[] {
  if (zone === undefined) return [];
  const labels = hostname.slice(0, -(zone.name.length + 1)).split('.');
  if (labels.length < 2) return [];
  const message = `${hostname} is ${labels.length} labels below ${zone.name}, but the universal certificate covers only one. Order an advanced certificate, or choose a shorter name`;
  return [{ reason: 'CertificateMissing', message }];
}

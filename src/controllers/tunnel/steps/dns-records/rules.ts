/** The rules by which a Tunnel's records are planned: what is its own, and what other Tunnels claim. */
import type { ObjectKey } from '../../../../api/objects.ts';
import { type Claims, claimsOfMovers, namesHandedOver, respectedClaims } from '../../../../core/dns/handover.ts';
import type { DnsRules } from '../../../../core/dns/plan.ts';
import { isManaged } from '../../../../core/dns/policy.ts';
import type { RecordView } from '../../../../core/dns/record-presence.ts';
import { dnsRulesOf } from '../../../../core/dns/rules.ts';
import type { Hostname } from '../../../../core/model/hostname.ts';
import { settingsOf } from '../../../../core/model/tunnel-settings.ts';
import type { Zone } from '../../../../core/model/zone.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { DnsRecordsPort } from './port.ts';

export function dnsRules(port: DnsRecordsPort, pass: TunnelPass, zone: Zone): DnsRules {
  const { key: tunnel, clusterMark, mark, settings } = pass;
  return dnsRulesOf({ tunnel, clusterMark, mark, settings, claims: claimsOfOthers(port, pass) }, zone.name);
}

/** Names whose records are left for the Tunnels that claim them. */
export function handedOver(port: DnsRecordsPort, pass: TunnelPass, view: RecordView): readonly string[] {
  const owner = { tunnel: pass.key, mark: pass.mark, claims: claimsOfOthers(port, pass) };
  return namesHandedOver([...view.records.values()].flat(), owner);
}

/** A Tunnel that is being deleted waits only so long for others to take over their names. */
function claimsOfOthers(port: DnsRecordsPort, { tunnel, memory }: TunnelPass): Claims {
  const isDeleting = tunnel.metadata.deletionTimestamp !== undefined;
  const claims = claimsOfMovers(port.routing().claims, (claimant, hostname) => movesRecord(port, claimant, hostname));
  return respectedClaims(claims, isDeleting ? memory.waits.startOrContinue('handover') : 0);
}

/** Whether a Tunnel makes a record at a hostname that it claims; unknown counts as yes. */
function movesRecord({ tunnels, routing }: DnsRecordsPort, claimant: ObjectKey, hostname: Hostname): boolean {
  const tunnel = tunnels.get(claimant);
  const route = routing()
    .published.get(claimant)
    ?.find((one) => one.hostname === hostname);
  return tunnel === undefined || route === undefined || isManaged(route, settingsOf(tunnel).dnsMode);
}

import { domainToUnicode } from 'node:url';
import type { Call } from '../http/endpoint.ts';
import type { Zone } from '../state/model.ts';
import { planObject } from './plans.ts';

/** A zone as the API returns it. `permissions` are those of the caller. */
export function zoneObject(
  zone: Zone,
  { cloud, principal, assumptions }: Pick<Call, 'cloud' | 'principal' | 'assumptions'>,
): unknown {
  return {
    id: zone.id,
    name: assumptions.zoneNames === 'unicode' ? domainToUnicode(zone.name) : zone.name,
    status: zone.status,
    paused: zone.paused,
    type: zone.type,
    development_mode: 0,
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    modified_on: zone.createdOn,
    created_on: zone.createdOn,
    activated_on: zone.status === 'active' ? zone.createdOn : null,
    meta: { step: 2, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: 'user', email: null },
    account: { id: zone.accountId, name: cloud.accounts.get(zone.accountId)?.name ?? '' },
    permissions: dashboardPermissions(principal.permissions),
    plan: planObject(zone.plan),
  };
}

/** The permission groups that concern a zone, in the old notation (`#dns_records:edit`). */
function dashboardPermissions(groups: readonly string[]): string[] {
  const notation: Readonly<Record<string, readonly string[]>> = {
    'DNS Read': ['#dns_records:read'],
    'DNS Write': ['#dns_records:edit', '#dns_records:read'],
    'Zone Read': ['#zone:read'],
  };
  return groups.flatMap((group) => notation[group] ?? []);
}

import type { Account, Principal, Zone } from '../state/model.ts';
import type { Cloud } from '../state/cloud.ts';
import type { Access } from '../http/endpoint.ts';
import { authenticationError } from '../http/api-error.ts';

/** Whether the credential has one of the permission groups. An API key has all of them. */
export function holds(principal: Principal, anyOf: readonly string[]): boolean {
  return principal.kind === 'api-key' || principal.permissions.some((permission) => anyOf.includes(permission));
}

/** Whether the credential's resources include the account. */
export function reachesAccount(principal: Principal, account: Pick<Account, 'id'>): boolean {
  return principal.accounts === 'all' || principal.accounts.includes(account.id);
}

/** Whether the credential's resources include the zone. An account-owned token is limited to its account. */
export function reachesZone(principal: Principal, zone: Zone): boolean {
  if (principal.kind === 'account-token' && !reachesAccount(principal, { id: zone.accountId })) return false;
  return principal.zones === 'all' || principal.zones.includes(zone.id);
}

/** Throws 403 unless the access rule of an endpoint permits the credential. */
export function authorize(
  cloud: Cloud,
  principal: Principal,
  access: Access,
  params: Readonly<Record<string, string>>,
): void {
  if (access.scope === 'credential' || access.scope === 'verification') return;
  const isAllowed = holds(principal, access.anyOf) && reachesTarget(cloud, principal, access.scope, params);
  if (!isAllowed) throw authenticationError();
}

function reachesTarget(
  cloud: Cloud,
  principal: Principal,
  scope: 'user' | 'account' | 'zone',
  params: Readonly<Record<string, string>>,
): boolean {
  if (scope === 'user') return principal.kind !== 'account-token';
  if (scope === 'account') {
    const account = cloud.accounts.get(params['account'] ?? '');
    return account !== undefined && reachesAccount(principal, account);
  }
  const zone = cloud.zones.get(params['zone'] ?? '');
  return zone !== undefined && reachesZone(principal, zone);
}

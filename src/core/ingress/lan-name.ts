/** The last check of a name of the local network: a person may have edited what was published. */
import { isWildcard } from '../model/hostname.ts';
import type { Route } from '../model/route.ts';
import { normalAddress, parseAddress } from '../model/address.ts';

export function lanNameProblem({
  hostname,
  addresses = [],
}: Pick<Route, 'hostname' | 'addresses'>): string | undefined {
  if (isWildcard(hostname)) return 'a name of the local network must not be a wildcard';
  if (addresses.length === 0) return 'it has no address';
  const bad = addresses.find((address) => 'problem' in parseAddress(address) || normalAddress(address) !== address);
  return bad === undefined ? undefined : `its record would hold "${bad}", which is not an address of another machine`;
}

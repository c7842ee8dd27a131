/** The records that a hostname is to have. */
import type { Hostname } from '../model/hostname.ts';
import { type Address, recordTypeOf } from '../model/address.ts';
import type { DesiredRecord } from './plan.ts';

export interface TunnelRecords {
  /** The name of the tunnel, to which the records of public hostnames lead. */
  readonly target: string;
  readonly proxied: boolean;
  readonly comment: string;
}

/**
 * One record that leads to the tunnel, or one for each address of a name of the local network. Those are never proxied:
 * Cloudflare would have the requests for a private address sent through a tunnel.
 */
export function desiredRecords(
  name: Hostname,
  addresses: readonly Address[] | undefined,
  { target, proxied, comment }: TunnelRecords,
): readonly DesiredRecord[] {
  if (addresses === undefined) return [{ name, type: 'CNAME', content: target, proxied, comment }];
  return addresses.map((content) => ({ name, type: recordTypeOf(content), content, proxied: false, comment }));
}

/** Decides about the records of a Tunnel at names that other Tunnels claim. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import type { ObservedRecord } from './plan.ts';

/** How long another Tunnel has to take over a record of one that is being deleted, so that its name is never dark. */
const HANDOVER_MS = 60_000;

/** Which Tunnel claims a hostname. */
export type Claims = Pick<ReadonlyMap<Hostname, ObjectKey>, 'get'>;

const NO_CLAIMS: Claims = new Map();

/** The claims for which a Tunnel leaves a record in place: all of them, unless it has waited for too long to be gone. */
export function respectedClaims(claims: Claims, leavingForMs: number): Claims {
  return leavingForMs >= HANDOVER_MS ? NO_CLAIMS : claims;
}

/** Claims of Tunnels that make a record at the name; one that leaves records to somebody else moves none. */
export function claimsOfMovers(claims: Claims, moves: (tunnel: ObjectKey, hostname: Hostname) => boolean): Claims {
  return {
    get: (hostname) => {
      const claimant = claims.get(hostname);
      return claimant !== undefined && moves(claimant, hostname) ? claimant : undefined;
    },
  };
}

/** Names whose records are left for the Tunnels that claim them. */
export function namesHandedOver(
  records: readonly ObservedRecord[],
  { tunnel, mark, claims }: { readonly tunnel: ObjectKey; readonly mark: string; readonly claims: Claims },
): readonly string[] {
  const ours = records.filter(({ comment }) => comment === mark);
  return ours.map(({ name }) => name).filter((name) => (claims.get(name as Hostname) ?? tunnel) !== tunnel);
}

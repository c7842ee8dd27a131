/** Decides which records a Tunnel leaves in place because another Tunnel claims their names. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import type { ObservedRecord } from './plan.ts';

/** How long a Tunnel that is being deleted leaves a record to the Tunnel that takes over its name. */
const HANDOVER_MS = 60_000;

/** Maps a hostname to the Tunnel that claims it. */
export type Claims = Pick<ReadonlyMap<Hostname, ObjectKey>, 'get'>;

const NO_CLAIMS: Claims = new Map();

/** The claims for which a Tunnel leaves a record in place: all of them until the hand-over times out. */
export function respectedClaims(claims: Claims, deletingForMs: number): Claims {
  return deletingForMs >= HANDOVER_MS ? NO_CLAIMS : claims;
}

/** The claims of Tunnels that manage the record at the name. A Tunnel with DNS disabled takes no record over. */
export function claimsOfMovers(claims: Claims, moves: (tunnel: ObjectKey, hostname: Hostname) => boolean): Claims {
  return {
    get: (hostname) => {
      const claimant = claims.get(hostname);
      return claimant !== undefined && moves(claimant, hostname) ? claimant : undefined;
    },
  };
}

/** Names whose records stay for the Tunnels that claim them. */
export function namesHandedOver(
  records: readonly ObservedRecord[],
  { tunnel, mark, claims }: { readonly tunnel: ObjectKey; readonly mark: string; readonly claims: Claims },
): readonly string[] {
  const ours = records.filter(({ comment }) => comment === mark);
  return ours.map(({ name }) => name).filter((name) => (claims.get(name as Hostname) ?? tunnel) !== tunnel);
}

/**
 * Decides how a Tunnel comes to its remote tunnel.
 *
 * Guarantees
 * - At most one tunnel is ever made: the secret is stored before the tunnel, and proves after a crash whose it is.
 * - A tunnel that we cannot prove to be ours is never used, unless the spec names it.
 */
import type { TunnelCredentials } from './credentials.ts';

/** A tunnel as Cloudflare lists it; deleted ones are not listed. */
export interface RemoteTunnel {
  readonly id: string;
  readonly name: string;
  /** Its rules are kept at Cloudflare: a connector would not read ours. */
  readonly isRemotelyManaged: boolean;
}

export interface RemoteFacts {
  readonly name: string;
  readonly existing: { readonly id?: string; readonly name?: string } | undefined;
  /** Id in the Tunnel's status: what was true once. */
  readonly lastId: string | undefined;
  /** What our own Secret holds, if it is whole. */
  readonly stored: TunnelCredentials | undefined;
  readonly tunnels: readonly RemoteTunnel[];
}

export type RemoteAction =
  /** All is as it should be. */
  | { readonly kind: 'keep'; readonly id: string }
  /** The tunnel is ours, but our Secret is lost or does not name it: read the token and store it. */
  | { readonly kind: 'restore'; readonly tunnel: RemoteTunnel }
  /** A tunnel of our name exists: ours only if its secret is the stored one. */
  | { readonly kind: 'verify'; readonly tunnel: RemoteTunnel }
  /** Store a secret (the stored one again, if there is one), then make the tunnel with it. */
  | { readonly kind: 'create'; readonly name: string }
  | {
      readonly kind: 'refuse';
      readonly reason: 'ExistingTunnelNotFound' | 'ExistingTunnelRemote';
      readonly message: string;
    };

export function decideRemote(facts: RemoteFacts): RemoteAction {
  if (facts.existing !== undefined) return decideExisting(facts, facts.existing);
  const { stored, tunnels, name } = facts;
  const id = stored?.tunnelId ?? facts.lastId;
  const known = tunnels.find((tunnel) => tunnel.id === id);
  if (known !== undefined)
    return stored?.tunnelId === known.id ? { kind: 'keep', id: known.id } : { kind: 'restore', tunnel: known };
  const namesake = tunnels.find((tunnel) => tunnel.name === name);
  return namesake === undefined ? { kind: 'create', name } : { kind: 'verify', tunnel: namesake };
}

function decideExisting(
  { tunnels, stored }: RemoteFacts,
  existing: NonNullable<RemoteFacts['existing']>,
): RemoteAction {
  const wanted = existing.id ?? existing.name ?? '';
  const tunnel = tunnels.find(({ id, name }) => id === existing.id || name === existing.name);
  if (tunnel === undefined)
    return {
      kind: 'refuse',
      reason: 'ExistingTunnelNotFound',
      message: `The account has no tunnel "${wanted}". Create it, or a Tunnel with another spec.existingTunnel: the field cannot be changed`,
    };
  if (tunnel.isRemotelyManaged)
    return {
      kind: 'refuse',
      reason: 'ExistingTunnelRemote',
      message: `Tunnel "${wanted}" is configured at Cloudflare; its connectors would not read the rules in the cluster. Create a Tunnel without spec.existingTunnel, or with one that is configured locally`,
    };
  return stored?.tunnelId === tunnel.id ? { kind: 'keep', id: tunnel.id } : { kind: 'restore', tunnel };
}

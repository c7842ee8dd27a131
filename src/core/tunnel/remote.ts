/**
 * Decides how a Tunnel obtains its remote tunnel.
 *
 * Guarantees
 * - At most one tunnel is created. Its secret is stored first, and proves ownership of the tunnel after a crash.
 * - A tunnel whose ownership cannot be verified is never used, unless the spec names it.
 */
import type { TunnelCredentials } from './credentials.ts';

/** A tunnel in Cloudflare's list, which excludes deleted tunnels. */
export interface RemoteTunnel {
  readonly id: string;
  readonly name: string;
  /** The tunnel is configured at Cloudflare, so its connectors ignore local rules. */
  readonly isRemotelyManaged: boolean;
}

export interface RemoteFacts {
  readonly name: string;
  readonly existing: { readonly id?: string; readonly name?: string } | undefined;
  /** Id in the Tunnel's status, which may be outdated. */
  readonly lastId: string | undefined;
  /** The credentials in the operator's own Secret, if it is valid. */
  readonly stored: TunnelCredentials | undefined;
  readonly tunnels: readonly RemoteTunnel[];
}

export type RemoteAction =
  /** The stored credentials belong to the tunnel. */
  | { readonly kind: 'keep'; readonly id: string }
  /** The tunnel is ours, but the Secret is lost or names another one: read the token and store it. */
  | { readonly kind: 'restore'; readonly tunnel: RemoteTunnel }
  /** A tunnel with our name exists. It is ours only if its secret is the stored one. */
  | { readonly kind: 'verify'; readonly tunnel: RemoteTunnel }
  /** Store a secret, or keep the one that is stored, and then create the tunnel with it. */
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
      message: `The account has no tunnel "${wanted}". Create it, or replace this Tunnel by one with another spec.existingTunnel (the field is immutable)`,
    };
  if (tunnel.isRemotelyManaged)
    return {
      kind: 'refuse',
      reason: 'ExistingTunnelRemote',
      message: `Tunnel "${wanted}" is configured at Cloudflare, so its connectors would ignore the rules in the cluster. Create a Tunnel without spec.existingTunnel, or with one that is configured locally`,
    };
  return stored?.tunnelId === tunnel.id ? { kind: 'keep', id: tunnel.id } : { kind: 'restore', tunnel };
}

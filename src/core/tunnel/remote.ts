/**
 * Decides how a Tunnel obtains its remote tunnel.
 *
 * Guarantees
 * - At most one tunnel is created. Its secret is stored first, and proves ownership of the tunnel after a crash.
 * - A tunnel whose ownership cannot be verified is never used, unless the spec names it.
 */
import type { ConfigMode } from '../model/tunnel-settings.ts';
import type { TunnelCredentials } from './credentials.ts';

/** A tunnel in Cloudflare's list, which excludes deleted tunnels. */
export interface RemoteTunnel {
  readonly id: string;
  readonly name: string;
  /** The tunnel is configured at Cloudflare, so its connectors ignore local rules. */
  readonly isRemotelyManaged: boolean;
}

/** A tunnel that is to be created. */
export interface NewTunnel extends Pick<RemoteTunnel, 'name' | 'isRemotelyManaged'> {
  /** 32 bytes, standard base64. */
  readonly secret: string;
}

export interface RemoteFacts {
  readonly name: string;
  /** Where the rules are to be configured. */
  readonly mode: ConfigMode;
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
      readonly reason: 'ExistingTunnelNotFound' | 'ExistingTunnelRemote' | 'ExistingTunnelLocal';
      readonly message: string;
    };

export function decideRemote(facts: RemoteFacts): RemoteAction {
  if (facts.existing !== undefined) return decideExisting(facts, facts.existing);
  const { stored, tunnels, name, mode } = facts;
  const id = stored?.tunnelId ?? facts.lastId;
  const known = tunnels.find((tunnel) => tunnel.id === id);
  if (known !== undefined && known.isRemotelyManaged !== (mode === 'Remote'))
    return refuseMode(known.isRemotelyManaged, known.name);
  if (known !== undefined)
    return stored?.tunnelId === known.id ? { kind: 'keep', id: known.id } : { kind: 'restore', tunnel: known };
  const namesake = tunnels.find((tunnel) => tunnel.name === name);
  return namesake === undefined ? { kind: 'create', name } : { kind: 'verify', tunnel: namesake };
}

function decideExisting(
  { tunnels, stored, mode }: RemoteFacts,
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
  if (tunnel.isRemotelyManaged !== (mode === 'Remote')) return refuseMode(tunnel.isRemotelyManaged, wanted);
  return stored?.tunnelId === tunnel.id ? { kind: 'keep', id: tunnel.id } : { kind: 'restore', tunnel };
}

/** Cloudflare decides by the tunnel where its connectors take their rules from, and a tunnel cannot be converted back. */
function refuseMode(isRemotelyManaged: boolean, name: string): RemoteAction {
  return isRemotelyManaged
    ? {
        kind: 'refuse',
        reason: 'ExistingTunnelRemote',
        message: `Tunnel "${name}" is configured at Cloudflare, so its connectors would ignore the rules in the cluster. Re-create this Tunnel with spec.configMode: Remote`,
      }
    : {
        kind: 'refuse',
        reason: 'ExistingTunnelLocal',
        message: `Tunnel "${name}" is configured locally, so Cloudflare would not send rules to its connectors. Re-create this Tunnel with spec.configMode: Local`,
      };
}

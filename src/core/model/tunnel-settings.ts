import type { Tunnel } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { parseSeconds } from '../duration.ts';
import { CONNECTOR_DEFAULTS, type ConnectorDefaults, chosenOf } from './connector-defaults.ts';

/** The parts of a spec that have a default, read in one place. */
export interface TunnelSettings {
  readonly replicas: number;
  readonly dnsMode: 'Sync' | 'UpsertOnly' | 'Disabled';
  readonly onConflict: 'Refuse' | 'Overwrite';
  readonly proxied: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly cloudflared: CloudflaredSettings;
}

export type CloudflaredSettings = NonNullable<TunnelSpec['cloudflared']> & ConnectorDefaults;

export function settingsOf({ spec }: Tunnel): TunnelSettings {
  return {
    replicas: spec.replicas ?? 2,
    dnsMode: spec.dns?.mode ?? 'Sync',
    onConflict: spec.dns?.onConflict ?? 'Refuse',
    proxied: spec.dns?.proxied ?? true,
    deletionPolicy: spec.deletionPolicy ?? (spec.existingTunnel === undefined ? 'Delete' : 'Retain'),
    cloudflared: { ...CONNECTOR_DEFAULTS, ...chosenOf(spec.cloudflared) },
  };
}

/** Seconds until a connector that is told to end is gone for sure: its grace period, and a moment for the pod. */
export function terminationSeconds({ gracePeriod }: CloudflaredSettings): number {
  return Math.ceil(parseSeconds(gracePeriod) ?? 30) + 15;
}

/** The name of the tunnel at Cloudflare. The slashes keep two Tunnels from ever meeting in one name. */
export function remoteNameOf({ spec, metadata }: Tunnel, cluster: string): string {
  return spec.tunnelName ?? `${cluster}/${metadata.namespace ?? ''}/${metadata.name}`;
}

import type { Tunnel } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { parseSeconds } from '../duration.ts';

/** The parts of a spec whose default the API server fills in, read in one place. */
export interface TunnelSettings {
  readonly replicas: number;
  readonly dnsMode: 'Sync' | 'UpsertOnly' | 'Disabled';
  readonly onConflict: 'Refuse' | 'Overwrite';
  readonly proxied: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly cloudflared: CloudflaredSettings;
}

type CloudflaredSpec = NonNullable<TunnelSpec['cloudflared']>;
type Defaulted =
  'image' | 'protocol' | 'logLevel' | 'gracePeriod' | 'resources' | 'podDisruptionBudget' | 'networkPolicy';
export type CloudflaredSettings = CloudflaredSpec & Required<Pick<CloudflaredSpec, Defaulted>>;

/** The release that is run when none is named; the same as in the CRD. */
export const DEFAULT_IMAGE = 'cloudflare/cloudflared:2026.8.2';

export function settingsOf({ spec }: Tunnel): TunnelSettings {
  return {
    replicas: spec.replicas ?? 2,
    dnsMode: spec.dns?.mode ?? 'Sync',
    onConflict: spec.dns?.onConflict ?? 'Refuse',
    proxied: spec.dns?.proxied ?? true,
    deletionPolicy: spec.deletionPolicy ?? (spec.existingTunnel === undefined ? 'Delete' : 'Retain'),
    cloudflared: {
      image: DEFAULT_IMAGE,
      protocol: 'http2',
      logLevel: 'info',
      gracePeriod: '30s',
      resources: {},
      podDisruptionBudget: true,
      networkPolicy: false,
      ...spec.cloudflared,
    },
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

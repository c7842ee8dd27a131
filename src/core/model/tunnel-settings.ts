import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { parseSeconds } from '../duration.ts';
import { CONNECTOR_DEFAULTS, type ConnectorDefaults, PROXY_DEFAULTS, chosenOf } from './connector-defaults.ts';

/** Where cloudflared takes its rules from: a file in its pod, or Cloudflare. */
export type ConfigMode = NonNullable<TunnelSpec['configMode']>;

/** What to do about a record that the operator did not create at a claimed name. */
export type ConflictPolicy = NonNullable<NonNullable<TunnelSpec['dns']>['onConflict']>;

/** The fields of a spec that have a default, with the defaults applied. */
export interface TunnelSettings {
  readonly configMode: ConfigMode;
  readonly replicas: number;
  readonly dnsMode: 'Sync' | 'UpsertOnly' | 'Disabled';
  readonly onConflict: ConflictPolicy;
  readonly proxied: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly cloudflared: CloudflaredSettings;
  readonly proxy: ProxySettings;
  readonly access: AccessSettings;
}

export type CloudflaredSettings = NonNullable<TunnelSpec['cloudflared']> & ConnectorDefaults;

export type ProxySettings = Required<NonNullable<TunnelSpec['proxy']>>;

/** Cloudflare Access for every hostname of the Tunnel. */
export interface AccessSettings {
  /** Absolute, in the order in which they apply. */
  readonly policies: readonly ObjectKey[];
  readonly required: boolean;
  readonly sessionDuration: string;
  /** Names or ids; empty: all of the account. */
  readonly identityProviders: readonly string[];
}

export function settingsOf({ spec, metadata }: Tunnel): TunnelSettings {
  return {
    configMode: spec.configMode ?? 'Local',
    replicas: spec.replicas ?? 2,
    dnsMode: spec.dns?.mode ?? 'Sync',
    onConflict: spec.dns?.onConflict ?? 'Refuse',
    proxied: spec.dns?.proxied ?? true,
    deletionPolicy: spec.deletionPolicy ?? (spec.existingTunnel === undefined ? 'Delete' : 'Retain'),
    cloudflared: { ...CONNECTOR_DEFAULTS, ...chosenOf(spec.cloudflared) },
    proxy: { mode: 'Auto', ...PROXY_DEFAULTS, ...spec.proxy },
    access: accessSettings(spec.access, metadata.namespace ?? ''),
  };
}

function accessSettings(access: TunnelSpec['access'], namespace: string): AccessSettings {
  const { policies = [], required = false, sessionDuration = '24h', identityProviders = [] } = access ?? {};
  return {
    policies: policies.map((name) => (name.includes('/') ? name : `${namespace}/${name}`)),
    required,
    sessionDuration,
    identityProviders,
  };
}

/** Seconds after which a connector that is being stopped is certainly gone: its grace period and a margin for the pod. */
export function terminationSeconds({ gracePeriod }: CloudflaredSettings): number {
  return Math.ceil(parseSeconds(gracePeriod) ?? 30) + 15;
}

/** The name of the tunnel at Cloudflare. Generated names are unique, because names in Kubernetes contain no slash. */
export function remoteNameOf({ spec, metadata }: Tunnel, cluster: string): string {
  return spec.tunnelName ?? `${cluster}/${metadata.namespace ?? ''}/${metadata.name}`;
}

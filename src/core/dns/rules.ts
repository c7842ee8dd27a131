import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { Claims } from './handover.ts';
import type { DnsRules } from './plan.ts';

/** The properties of a Tunnel that decide about its records. */
export interface RecordOwner {
  readonly tunnel: ObjectKey;
  readonly clusterMark: string;
  readonly mark: string;
  readonly settings: Pick<TunnelSettings, 'dnsMode' | 'onConflict'>;
  readonly claims: Claims;
}

/** The rules for one zone. A Tunnel with DNS disabled is planned as `Sync`, so that its former records are removed. */
export function dnsRulesOf({ tunnel, clusterMark, mark, settings, claims }: RecordOwner, zone: string): DnsRules {
  const { dnsMode, onConflict } = settings;
  return {
    tunnel,
    zone,
    clusterMark,
    mark,
    mode: dnsMode === 'UpsertOnly' ? 'UpsertOnly' : 'Sync',
    onConflict,
    claimedElsewhere: (name) => (claims.get(name as Hostname) ?? tunnel) !== tunnel,
  };
}

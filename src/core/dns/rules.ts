import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../hostname.ts';
import type { TunnelSettings } from '../tunnel/settings.ts';
import type { Claims } from './handover.ts';
import type { DnsRules } from './plan.ts';

/** A Tunnel as its records see it. */
export interface RecordOwner {
  readonly tunnel: ObjectKey;
  readonly clusterMark: string;
  readonly mark: string;
  readonly settings: Pick<TunnelSettings, 'dnsMode' | 'onConflict'>;
  readonly claims: Claims;
  /** Published names whose records are ours to make; asked for only where it matters. */
  readonly managed: () => readonly Hostname[];
}

/** With DNS disabled for the Tunnel, only the names of Services that asked to be managed are ours to delete. */
export function dnsRulesOf({ tunnel, clusterMark, mark, settings, claims, managed }: RecordOwner): DnsRules {
  const { dnsMode, onConflict } = settings;
  const own = new Set<string>(dnsMode === 'Disabled' ? managed() : []);
  const isElsewhere = (name: string): boolean => (claims.get(name as Hostname) ?? tunnel) !== tunnel;
  return {
    clusterMark,
    mark,
    mode: dnsMode === 'UpsertOnly' ? 'UpsertOnly' : 'Sync',
    onConflict,
    claimedElsewhere: (name) => isElsewhere(name) || (dnsMode === 'Disabled' && !own.has(name)),
  };
}

/**
 * Detects mass deletions. If many records lose their Services without a visible cause, the operator has more likely lost
 * state (a deleted ConfigMap, a restored backup, forced deletions) than been asked to delete them.
 */
import type { ObjectKey } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { DnsChange } from './plan.ts';
import { type Zone, zonesOf } from '../model/zone.ts';

/** Up to this many unexplained deletions are always allowed. */
const ALWAYS_ALLOWED = 10;
/** More are allowed only up to this share of the Tunnel's records. */
const ALLOWED_SHARE = 0.3;

export interface DeleteGuard {
  /** Number of the Tunnel's records in the zones that were read. */
  readonly ours: number;
  /** Whether the deletion of the record at a name has a known cause. */
  readonly isExplained: (name: string) => boolean;
  /** The hash that a user has confirmed with the annotation. */
  readonly confirmed: string | undefined;
  readonly hash: (text: string) => string;
}

/** Deletions that wait for confirmation; `hash` identifies exactly this set. */
export interface RefusedDeletes {
  readonly names: ReadonlySet<string>;
  readonly hash: string;
}

/** `undefined`: all deletions are allowed. */
export function refuseMassDelete(changes: readonly DnsChange[], guard: DeleteGuard): RefusedDeletes | undefined {
  const names = changes
    .filter(({ kind, name }) => kind === 'delete' && !guard.isExplained(name))
    .map(({ name }) => name)
    .toSorted();
  if (names.length <= ALWAYS_ALLOWED || names.length <= guard.ours * ALLOWED_SHARE) return undefined;
  const hash = guard.hash(names.join('\n'));
  return guard.confirmed?.trim() === hash ? undefined : { names: new Set(names), hash };
}

/** A deletion is explained if all Services that published the name exist and no longer request it. */
export function explainedBy(
  published: readonly Route[],
  exists: (service: ObjectKey) => boolean,
): (name: string) => boolean {
  const routes = Map.groupBy(published, ({ hostname }) => String(hostname));
  return (name) => routes.get(name)?.every(({ source }) => exists(source)) === true;
}

/** A deletion is explained if the Tunnel's spec rules the record out, by `dns.mode` or by `dns.zones`. */
export function explainedBySpec(
  published: readonly Route[],
  mode: TunnelSettings['dnsMode'],
  writable: readonly Zone[],
): (name: string) => boolean {
  const kept = new Set<string>(published.filter(({ dns }) => dns === 'managed').map(({ hostname }) => hostname));
  return (name) => (mode === 'Disabled' && !kept.has(name)) || zonesOf(name, writable).length === 0;
}

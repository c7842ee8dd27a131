/**
 * Decides whether a pass deletes too much at once. Many records whose sources nobody saw go (a lost ConfigMap, a
 * restored backup, Services forced out of the cluster) are more likely our own loss of memory than somebody's wish.
 */
import type { ObjectKey } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { DnsChange } from './plan.ts';
import { type Zone, zonesOf } from '../model/zone.ts';

/** Up to so many unexplained deletions are always made. */
const ALWAYS_ALLOWED = 10;
/** Beyond that, only up to this share of our records. */
const ALLOWED_SHARE = 0.3;

export interface DeleteGuard {
  /** Records of this Tunnel in the zones that were looked at. */
  readonly ours: number;
  /** Whether the source of a name is there to be seen, and no longer wants it. */
  readonly isExplained: (name: string) => boolean;
  /** What a person has confirmed: the hash that a refusal named. */
  readonly confirmed: string | undefined;
  readonly hash: (text: string) => string;
}

/** Deletions that must wait for a person's word; `hash` names exactly these. */
export interface RefusedDeletes {
  readonly names: ReadonlySet<string>;
  readonly hash: string;
}

/** `undefined`: everything may be deleted. */
export function refuseMassDelete(changes: readonly DnsChange[], guard: DeleteGuard): RefusedDeletes | undefined {
  const names = changes
    .filter(({ kind, name }) => kind === 'delete' && !guard.isExplained(name))
    .map(({ name }) => name)
    .toSorted();
  if (names.length <= ALWAYS_ALLOWED || names.length <= guard.ours * ALLOWED_SHARE) return undefined;
  const hash = guard.hash(names.join('\n'));
  return guard.confirmed?.trim() === hash ? undefined : { names: new Set(names), hash };
}

/** A deletion is explained by the Services that are there to be seen and no longer ask for the name. */
export function explainedBy(
  published: readonly Route[],
  isSeen: (service: ObjectKey) => boolean,
): (name: string) => boolean {
  const routes = Map.groupBy(published, ({ hostname }) => String(hostname));
  return (name) => routes.get(name)?.every(({ source }) => isSeen(source)) === true;
}

/** A deletion is explained by the spec where it no longer lets records be kept: in this mode, or in the name's zone. */
export function explainedBySpec(
  published: readonly Route[],
  mode: TunnelSettings['dnsMode'],
  writable: readonly Zone[],
): (name: string) => boolean {
  const kept = new Set<string>(published.filter(({ dns }) => dns === 'managed').map(({ hostname }) => hostname));
  return (name) => (mode === 'Disabled' && !kept.has(name)) || zonesOf(name, writable).length === 0;
}

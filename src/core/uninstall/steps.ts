/** Decides how the operator is uninstalled: what to delete, what to wait for, and what blocks it. */
import { FINALIZER } from '../../api/names.ts';
import type { KubeObject, ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { hasFinalizer } from '../finalizer.ts';
import { settingsOf } from '../model/tunnel-settings.ts';

/** The operator's objects in the cluster. */
export interface Installed {
  readonly tunnels: readonly Tunnel[];
  /** Objects that routes come from and that have our finalizer. */
  readonly heldSources: readonly KubeObject[];
}

/** Settings of a Tunnel that is handed over: its connectors, tunnel and records keep working without the operator. */
export const HANDED_OVER = { suspend: true, deletionPolicy: 'Retain' } as const;

/** Tunnels that are not being deleted yet. */
export function tunnelsToDelete({ tunnels }: Installed): readonly Tunnel[] {
  return tunnels.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Objects of Access that are not being deleted yet. */
export function accessObjectsIn({ heldSources }: Installed): readonly KubeObject[] {
  return heldSources.filter(
    ({ kind, metadata }) => kind.startsWith('Access') && metadata.deletionTimestamp === undefined,
  );
}

/** Describes what happens to a Tunnel that is deleted. */
export function describeDeletion(tunnel: Tunnel, isHandedOver: boolean): string {
  if (isHandedOver) return 'handed over: its connectors, tunnel and records are kept';
  if (tunnel.spec.suspend === true) return 'suspended, so its connectors, tunnel and records are kept';
  const { deletionPolicy, dnsMode } = settingsOf(tunnel);
  if (deletionPolicy === 'Retain')
    return 'being deleted with its connectors; deletionPolicy is Retain, so its tunnel and records are kept at Cloudflare';
  if (dnsMode === 'UpsertOnly')
    return 'being deleted with its connectors and tunnel; dns.mode is UpsertOnly, so its records are kept at Cloudflare';
  return 'being deleted with its records, connectors and tunnel';
}

export function tunnelsGone(before: Installed, { tunnels }: Installed): readonly ObjectKey[] {
  const left = new Set(tunnels.map(keyOf));
  return before.tunnels.map(keyOf).filter((key) => !left.has(key));
}

export function isUninstalled({ tunnels, heldSources }: Installed): boolean {
  return tunnels.length === 0 && heldSources.length === 0;
}

/** What blocks the uninstallation, and what to do about it: one sentence per object. */
export function blockersOf({ tunnels, heldSources }: Installed): readonly string[] {
  return [...tunnels.map((tunnel) => `Tunnel ${keyOf(tunnel)}: ${whyLeft(tunnel)}`), ...heldSources.map(whyHeld)];
}

function whyLeft(tunnel: Tunnel): string {
  const { deletionTimestamp, finalizers = [] } = tunnel.metadata;
  if (deletionTimestamp === undefined) return 'it was created again, or cannot be deleted';
  if (!hasFinalizer(tunnel)) return `it has the finalizer ${listed(finalizers)}: ask whoever added it`;
  const ready = tunnel.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True'
    ? 'the operator has not started to clean it up. Is it running?'
    : `${ready.reason}: ${ready.message ?? ''}`;
}

function whyHeld(source: KubeObject): string {
  return `${source.kind} ${keyOf(source)}: the operator has not removed the finalizer ${FINALIZER}. Is it running?`;
}

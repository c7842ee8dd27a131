/** Decides how the operator is removed from a cluster: what is deleted, what is waited for, and what is in the way. */
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { hasFinalizer } from '../routing/finalizer.ts';
import { settingsOf } from '../model/tunnel-settings.ts';

/** The operator's objects in the cluster. */
export interface Installed {
  readonly tunnels: readonly Tunnel[];
  /** Services that carry our finalizer. */
  readonly finalizerAdded: readonly Service[];
}

/** What a handed-over Tunnel is set to: its connectors, tunnel and records keep working without the operator. */
export const HANDED_OVER = { suspend: true, deletionPolicy: 'Retain' } as const;

/** Tunnels that are not being deleted yet. */
export function tunnelsToDelete({ tunnels }: Installed): readonly Tunnel[] {
  return tunnels.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** What becomes of a Tunnel that is deleted, handed over or as it stands. */
export function fateOf(tunnel: Tunnel, isHandedOver: boolean): string {
  if (isHandedOver) return 'handed over: its connectors, tunnel and records stay';
  if (tunnel.spec.suspend === true) return 'suspended, so its connectors, tunnel and records stay';
  const { deletionPolicy, dnsMode } = settingsOf(tunnel);
  if (deletionPolicy === 'Retain')
    return 'being deleted with its connectors; deletionPolicy is Retain, so its tunnel and records stay at Cloudflare';
  if (dnsMode === 'UpsertOnly')
    return 'being deleted with its connectors and tunnel; dns.mode is UpsertOnly, so its records stay at Cloudflare';
  return 'being deleted, with its records, connectors and tunnel';
}

export function tunnelsGone(before: Installed, { tunnels }: Installed): readonly ObjectKey[] {
  const left = new Set(tunnels.map(keyOf));
  return before.tunnels.map(keyOf).filter((key) => !left.has(key));
}

export function isUninstalled({ tunnels, finalizerAdded }: Installed): boolean {
  return tunnels.length === 0 && finalizerAdded.length === 0;
}

/** What is in the way, one sentence for each object, and what to do. */
export function notReady({ tunnels, finalizerAdded }: Installed): readonly string[] {
  return [...tunnels.map((tunnel) => `Tunnel ${keyOf(tunnel)}: ${whyLeft(tunnel)}`), ...finalizerAdded.map(whyGuarded)];
}

function whyLeft(tunnel: Tunnel): string {
  const { deletionTimestamp, finalizers = [] } = tunnel.metadata;
  if (deletionTimestamp === undefined) return 'it was created again, or could not be deleted';
  if (!hasFinalizer(tunnel)) return `it is kept by ${listed(finalizers)}: ask whoever put that finalizer on`;
  const ready = tunnel.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True'
    ? 'the operator has not begun to clean up after it: is it running?'
    : `${ready.reason}: ${ready.message ?? ''}`;
}

function whyGuarded(service: Service): string {
  return `Service ${keyOf(service)}: it carries ${FINALIZER}, which the operator has not taken off: is it running?`;
}

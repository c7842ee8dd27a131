/** Which ListenerSets are attached to a Gateway. */
import type { Gateway, ListenerSet } from '../../api/gateway-objects.ts';
import { keyOf } from '../keys.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { admitsNamespace } from './namespaces.ts';
import { type StatedListener, statedListeners } from './stated-listeners.ts';

/** Whether a Gateway lets a ListenerSet attach. By default it lets none. */
export function admitsSet(gateway: Gateway, set: ListenerSet, related: Pick<RelatedObjects, 'get'>): boolean {
  const { from = 'None', ...rest } = gateway.spec.allowedListeners?.namespaces ?? {};
  const own = gateway.metadata.namespace ?? '';
  return admitsNamespace({ from, ...rest }, own, { namespace: set.metadata.namespace ?? '', related });
}

/** The ListenerSets that name a Gateway and that it lets attach: the oldest first. */
export function admittedSets(gateway: Gateway, related: Pick<RelatedObjects, 'get'>): readonly ListenerSet[] {
  // Most Gateways admit no ListenerSet, and then nothing about ListenerSets concerns them.
  if (gateway.spec.allowedListeners === undefined) return [];
  const sets = related.get('ListenerSets', keyOf(gateway)) ?? [];
  return sets.filter((set) => set.metadata.deletionTimestamp === undefined && admitsSet(gateway, set, related));
}

/** Every listener of a Gateway, with those of its ListenerSets. */
export function listenersOf(gateway: Gateway, related: Pick<RelatedObjects, 'get'>): readonly StatedListener[] {
  return statedListeners(gateway, admittedSets(gateway, related));
}

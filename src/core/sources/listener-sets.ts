/** The ListenerSets that name a Gateway, whether it lets them attach or not. */
import { GATEWAY_GROUP, type ListenerSet } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';

/** The Gateway that a ListenerSet names; `undefined`: it names something else. */
export function gatewayNamedBySet({ spec, metadata }: ListenerSet): ObjectKey | undefined {
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = metadata.namespace ?? '', name } = spec.parentRef;
  return group === GATEWAY_GROUP && kind === 'Gateway' ? `${namespace}/${name}` : undefined;
}

/** By Gateway, the ListenerSets that name it: the oldest first. */
export function indexSets(sets: readonly ListenerSet[]): ReadonlyMap<ObjectKey, readonly ListenerSet[]> {
  const named = sets.toSorted(byAge);
  return Map.groupBy(named, (set) => gatewayNamedBySet(set) ?? '');
}

function byAge(a: ListenerSet, b: ListenerSet): number {
  const [aged, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return compare(aged, other) || compare(keyOf(a), keyOf(b));
}

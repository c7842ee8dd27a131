/** The ListenerSets that name a Gateway, whether it lets them attach or not. */
import { GATEWAY_GROUP, type ListenerSet } from '../../api/gateway-objects.ts';
import type { Condition } from '../../api/conditions.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
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

/** How the controller of its Gateway takes a ListenerSet and each of its listeners, without times and texts. */
export function acceptanceOfSet(object: KubeObject | undefined): unknown {
  if (object?.kind !== 'ListenerSet') return undefined;
  const { conditions, listeners = [] } = (object as ListenerSet).status ?? {};
  return [decidingOf(conditions), listeners.map((one) => [one.name, decidingOf(one.conditions)])];
}

const DECIDING: ReadonlySet<string> = new Set(['Accepted', 'Conflicted']);

function decidingOf(conditions: readonly Condition[] = []): unknown {
  return conditions.filter(({ type }) => DECIDING.has(type)).map(({ type, status }) => [type, status]);
}

function byAge(a: ListenerSet, b: ListenerSet): number {
  const [aged, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return compare(aged, other) || compare(keyOf(a), keyOf(b));
}

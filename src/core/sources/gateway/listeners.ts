/** The listeners of a Gateway that another controller serves: its own, and those that ListenerSets add to it. */
import type { Condition, ConditionStatus } from '../../../api/conditions.ts';
import type { Gateway, Listener, ListenerSet } from '../../../api/gateway-objects.ts';
import { admittedSets } from '../../gateway/listener-sets.ts';
import type { RelatedObjects } from '../related.ts';

export interface GatewayListener {
  readonly listener: Listener;
  /** The object that states it. */
  readonly by: Gateway | ListenerSet;
  /** The controller has not answered yet. */
  readonly isUndecided: boolean;
}

export function listenersAt(gateway: Gateway, related: RelatedObjects): readonly GatewayListener[] {
  const own = gateway.spec.listeners.map((listener) => ({ listener, by: gateway, isUndecided: false }));
  return [...own, ...admittedSets(gateway, related).flatMap(listenersOfSet)];
}

/** The status of a ListenerSet is that of the controller of its Gateway. */
function listenersOfSet(set: ListenerSet): readonly GatewayListener[] {
  const { conditions, listeners: told = [] } = set.status ?? {};
  const answer = statusOf('Accepted', conditions);
  if (answer === 'False') return [];
  return set.spec.listeners.flatMap((listener) => {
    const own = told.find(({ name }) => name === listener.name)?.conditions;
    const isRefused = statusOf('Accepted', own) === 'False' || statusOf('Conflicted', own) === 'True';
    return isRefused ? [] : [{ listener, by: set, isUndecided: answer !== 'True' }];
  });
}

function statusOf(type: string, conditions: readonly Condition[] = []): ConditionStatus | undefined {
  return conditions.find((one) => one.type === type)?.status;
}

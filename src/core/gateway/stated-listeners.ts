/** The listeners of a Gateway: its own, followed by those of the ListenerSets that are attached to it. */
import type { Gateway, Listener, ListenerSet } from '../../api/gateway-objects.ts';
import { keyOf } from '../keys.ts';
import { type ListenerProblem, conflictWith, ownProblem, visitorProblem } from './listeners.ts';

export interface StatedListener {
  readonly listener: Listener;
  /** The object that states it. */
  readonly by: Gateway | ListenerSet;
  /** Names it among all listeners of the Gateway. */
  readonly id: string;
  /** Why no route can attach to it. */
  readonly problem: ListenerProblem | undefined;
}

/** `sets`: the attached ones. Of listeners in conflict, the first counts; of those of the Gateway itself, none does. */
export function statedListeners(gateway: Gateway, sets: readonly ListenerSet[]): readonly StatedListener[] {
  const { listeners } = gateway.spec;
  const stated: StatedListener[] = listeners.map((listener) => ({
    listener,
    by: gateway,
    id: listener.name,
    problem: ownProblem(listener) ?? visitorProblem(listener, gateway) ?? conflictWith(listeners, listener),
  }));
  for (const set of sets)
    for (const listener of set.spec.listeners) {
      const usable = stated.filter(({ problem }) => problem === undefined).map((one) => one.listener);
      const problem = conflictWith(usable, listener) ?? ownProblem(listener) ?? visitorProblem(listener, gateway);
      stated.push({ listener, by: set, id: `${keyOf(set)}/${listener.name}`, problem });
    }
  return stated;
}

import type { EndpointSlice, ObjectKey } from '../../api/objects.ts';
import type { Clock } from '../../runtime/clock.ts';
import { serviceOf } from './service-endpoints.ts';

/** The slices of one Service. */
interface Tally {
  readonly slices: number;
  /** Slices with a ready endpoint. */
  readonly ready: number;
  /** When the last ready slice disappeared, on the clock. */
  readonly emptySince: number | undefined;
}

/** Knows which Services have a ready endpoint. Every change of a slice updates it. */
export class ReadyEndpoints {
  readonly #tallies = new Map<ObjectKey, Tally>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How long a Service with slices has had no ready endpoint; `undefined`: it has one, or it has no slice. */
  unansweredMs(service: ObjectKey): number | undefined {
    const since = this.#tallies.get(service)?.emptySince;
    return since === undefined ? undefined : this.#clock.now() - since;
  }

  /** Applies a change of a slice and returns the Services that gained their first or lost their last ready endpoint. */
  upserted(slice: EndpointSlice, previous?: EndpointSlice): readonly ObjectKey[] {
    if (previous !== undefined && serviceOf(previous) === serviceOf(slice))
      return this.#add(serviceOf(slice), 0, readyIn(slice) - readyIn(previous));
    const left = previous === undefined ? [] : this.removed(previous);
    return [...left, ...this.#add(serviceOf(slice), 1, readyIn(slice))];
  }

  removed(slice: EndpointSlice): readonly ObjectKey[] {
    return this.#add(serviceOf(slice), -1, -readyIn(slice));
  }

  #add(service: ObjectKey, slices: number, ready: number): readonly ObjectKey[] {
    const before = this.#tallies.get(service) ?? { slices: 0, ready: 0, emptySince: undefined };
    const now = { slices: before.slices + slices, ready: before.ready + ready };
    const isEmpty = now.slices > 0 && now.ready === 0;
    const emptySince = isEmpty ? (before.emptySince ?? this.#clock.now()) : undefined;
    if (now.slices > 0) this.#tallies.set(service, { ...now, emptySince });
    else this.#tallies.delete(service);
    return (before.emptySince === undefined) === (emptySince === undefined) ? [] : [service];
  }
}

function readyIn({ hasReady }: EndpointSlice): number {
  return hasReady ? 1 : 0;
}

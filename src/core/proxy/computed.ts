/** Results that take long to compute from routes and the pods behind their backends. In most passes neither has changed. */
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import type { PodAddress } from './endpoints.ts';

/** Where the pods behind a port of a Service are reached; `undefined`: there is no such port. */
export type FindPods = (service: ObjectKey, port: number) => readonly PodAddress[] | undefined;

/** A result, and what it was computed from. */
export interface Computed<Input, Result> {
  /** Plain JSON, and so without sets and maps. */
  readonly input: Input;
  /** The pods that were looked up, by Service and port. */
  readonly pods: readonly FoundPods[];
  readonly result: Result;
}

interface FoundPods {
  readonly service: ObjectKey;
  readonly port: number;
  readonly found: ReturnType<FindPods>;
}

/** The last result if it would be the same again, else a new one. `compute` may depend on nothing but its arguments. */
export function computeIfChanged<Input, Result>(
  last: Computed<Input, Result> | undefined,
  { input, find }: { readonly input: Input; readonly find: FindPods },
  compute: (input: Input, find: FindPods) => Result,
): Computed<Input, Result> {
  const isCurrent =
    last !== undefined &&
    sameJson(last.input, input) &&
    last.pods.every(({ service, port, found }) => sameJson(find(service, port), found));
  if (isCurrent) return last;
  const pods = new Map<string, FoundPods>();
  const result = compute(input, (service, port) => {
    const key = `${service}:${port}`;
    const { found } = pods.get(key) ?? { found: find(service, port) };
    pods.set(key, { service, port, found });
    return found;
  });
  return { input, pods: [...pods.values()], result };
}

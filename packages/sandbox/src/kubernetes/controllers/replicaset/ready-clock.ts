import { isReady } from '../pod-state.ts';
import type { Pod } from '../workloads.ts';

/**
 * Records since when each Pod is ready. The lastTransitionTime of the condition has whole seconds, which is too coarse
 * when the sandbox runs ten times faster.
 */
export class ReadyClock {
  readonly #readySince = new Map<string, number>();

  /** Records the state of a Pod. `gone` if it no longer exists. */
  record(pod: Pod, gone: boolean): void {
    const uid = pod.metadata.uid ?? '';
    if (gone || !isReady(pod)) this.#readySince.delete(uid);
    else if (!this.#readySince.has(uid)) this.#readySince.set(uid, performance.now());
  }

  /** How long until the Pod has been ready for `minReadyMs`: 0 if it already has, undefined if it is not ready. */
  msUntilAvailable(pod: Pod, minReadyMs: number): number | undefined {
    const since = this.#readySince.get(pod.metadata.uid ?? '');
    return since === undefined ? undefined : Math.max(0, since + minReadyMs - performance.now());
  }
}

import { isReady } from '../pod-state.ts';
import type { Pod } from '../workloads.ts';

/**
 * Since when each Pod is ready.
 * Why not the condition's lastTransitionTime: it has whole seconds, too coarse once the sandbox runs ten times faster.
 */
export class ReadyClock {
  readonly #readySince = new Map<string, number>();

  /** Records the state of a Pod; `gone` when it no longer exists. */
  note(pod: Pod, gone: boolean): void {
    const uid = pod.metadata.uid ?? '';
    if (gone || !isReady(pod)) this.#readySince.delete(uid);
    else if (!this.#readySince.has(uid)) this.#readySince.set(uid, performance.now());
  }

  /** How long until the Pod has been ready for `minReadyMs`: 0 when it has, undefined when it is not ready. */
  msUntilAvailable(pod: Pod, minReadyMs: number): number | undefined {
    const since = this.#readySince.get(pod.metadata.uid ?? '');
    return since === undefined ? undefined : Math.max(0, since + minReadyMs - performance.now());
  }
}

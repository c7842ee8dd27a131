import type { Pod } from '../kubernetes/controllers/workloads.ts';
import { deepEqual } from '../kubernetes/json.ts';
import type { KubeletAssumptions } from './assumptions.ts';

/** Decides when the files of the mounted volumes of a Pod are refreshed. */
export class RefreshClock {
  readonly #assumptions: KubeletAssumptions;
  readonly #timeScale: number;
  #pod: Pod;
  #dueAt = 0;

  constructor(pod: Pod, assumptions: KubeletAssumptions, timeScale: number) {
    this.#assumptions = assumptions;
    this.#timeScale = timeScale;
    this.#pod = pod;
    this.restart();
  }

  /** The kubelet syncs a Pod at once when one of its containers has started, ended, or become ready or unready. */
  containerChanged(): void {
    this.#dueAt = 0;
  }

  /** The kubelet ignores a change of the status alone: `podsDifferSemantically` in `pkg/kubelet/config/config.go`. */
  podChanged(pod: Pod): void {
    const isSame = deepEqual(syncedPart(this.#pod), syncedPart(pod));
    this.#pod = pod;
    if (!isSame && this.#assumptions.podChangeRefreshesVolumes) this.#dueAt = 0;
  }

  get remainingMs(): number {
    return Math.max(0, this.#dueAt - performance.now());
  }

  /** Counts from now, after a refresh. */
  restart(): void {
    const { least, most } = this.#assumptions.secondsBetweenSyncs;
    const seconds = least + Math.random() * (most - least);
    this.#dueAt = performance.now() + (seconds * 1000) / this.#timeScale;
  }
}

function syncedPart({ metadata, spec }: Pod): unknown {
  return [spec, metadata.labels ?? {}, metadata.annotations ?? {}, metadata.deletionTimestamp ?? ''];
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerRuntime } from './container-runtime.ts';
import { LEAST_GRACE_MS } from './end-container.ts';

/**
 * Ends main containers first. Sidecars follow in reverse order, each when those that started after it have ended, or
 * the grace period is over: `terminationOrdering` in `pkg/kubelet/kuberuntime/kuberuntime_termination_order.go` of
 * Kubernetes. Without a grace period, all are killed at once.
 */
export async function endInOrder(
  main: readonly ContainerRuntime[],
  sidecars: readonly ContainerRuntime[],
  graceMs: number,
): Promise<void> {
  const startedAt = performance.now();
  const leftMs = () => (graceMs === 0 ? 0 : Math.max(LEAST_GRACE_MS, graceMs - (performance.now() - startedAt)));
  for (const sidecar of sidecars) sidecar.retire();
  const waiting = new AbortController();
  const isOver = delay(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  let later: Promise<unknown> = Promise.all(main.map((runtime) => runtime.stop(graceMs)));
  for (const sidecar of sidecars.toReversed()) {
    const ended = Promise.race([later, isOver]).then(() => sidecar.stop(leftMs()));
    later = Promise.all([later, ended]);
  }
  await later;
  waiting.abort();
}

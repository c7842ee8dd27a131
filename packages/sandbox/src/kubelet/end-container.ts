import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from './image.ts';

/** However little of the grace period is left, a container has this long between SIGTERM and SIGKILL. */
export const LEAST_GRACE_MS = 2_000;

/**
 * Lets `preStop` sleep, which is part of the grace period, sends SIGTERM, and SIGKILL after the grace period. Resolves
 * with the exit code. Without a grace period, sends only SIGKILL.
 */
export async function endContainer(container: Container, graceMs: number, preStopMs = 0): Promise<number> {
  if (graceMs === 0) {
    container.kill();
    return container.exited;
  }
  await sleepBeforeStop(container, Math.min(preStopMs, graceMs));
  const leftMs = preStopMs === 0 ? graceMs : Math.max(LEAST_GRACE_MS, graceMs - preStopMs);
  const kill = setTimeout(() => container.kill(), leftMs);
  container.terminate();
  const exitCode = await container.exited;
  clearTimeout(kill);
  return exitCode;
}

/** Over as soon as the container has ended by itself. */
async function sleepBeforeStop({ exited }: Container, ms: number): Promise<void> {
  if (ms === 0) return;
  const waiting = new AbortController();
  const slept = delay(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([slept, exited]);
  waiting.abort();
}

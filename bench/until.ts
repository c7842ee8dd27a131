import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 180_000;
const EVERY_MS = 20;

/** Looks again and again. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await delay(EVERY_MS);
  }
}

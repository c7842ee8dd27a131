import { setTimeout as delay } from 'node:timers/promises';

/**
 * The one bound on waiting. It only matters when a test fails, and so it is far beyond what the slowest machine needs;
 * jest's own `testTimeout` lies beyond it, so that a failure says what was waited for.
 */
export const PATIENCE_MS = 120_000;

export interface Waits {
  /** For what may as well not come about. Everything else has the one bound. */
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Resolves once `assertion` holds, with what it returned; rejects after the deadline with its last complaint. */
export async function eventually<T>(assertion: () => T | Promise<T>, waits: Waits = {}): Promise<T> {
  const { withinMs = PATIENCE_MS, everyMs = 25 } = waits;
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw overdue(withinMs, error);
    }
    await delay(everyMs);
  }
}

function overdue(withinMs: number, last: unknown): Error {
  const complaint = last instanceof Error ? last.message : String(last);
  return new Error(`not so within ${withinMs} ms: ${complaint}`, { cause: last });
}

import { setTimeout as delay } from 'node:timers/promises';

/**
 * The only limit on waiting. It matters only when a test fails, so it is far longer than the slowest machine needs.
 * Jest's `testTimeout` is even longer, so that a failure says what the test waited for.
 */
export const PATIENCE_MS = 120_000;

export interface Waits {
  /** For conditions that may never be met. All others use the common limit. */
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Resolves with the result of `assertion` when it passes. Rejects with its last error after the deadline. */
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

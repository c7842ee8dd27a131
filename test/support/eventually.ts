import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Resolves once `assertion` holds, with what it returned; rejects after the deadline with its last complaint. */
export async function eventually<T>(assertion: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { withinMs = 30_000, everyMs = 25 } = patience;
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

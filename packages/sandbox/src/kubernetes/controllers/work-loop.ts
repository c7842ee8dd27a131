import { ApiError } from '../status-error.ts';

/** When to process the key again, in milliseconds. Undefined: after the next event. */
export type Recheck = number | undefined;

export interface WorkLoopOptions {
  /** How long an event waits, so that a burst of events becomes one run. */
  readonly delayMs?: number;
  /**
   * Called for every error other than an answer of the API server, because conflicts and terminating namespaces are
   * expected.
   */
  readonly onBug?: (error: unknown, key: string) => void;
}

interface ScheduledRun {
  readonly dueAt: number;
  readonly timer: NodeJS.Timeout;
}

const DEFAULT_DELAY_MS = 10;
const FIRST_RETRY_MS = 5;
const MAX_RETRY_MS = 1_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The keyed work queue of every controller in the sandbox.
 *
 * Guarantees
 * - One run per key at a time. Any number of `add` calls before a run lead to one run.
 * - An `add` during a run leads to another run.
 * - A run that throws is repeated with an increasing delay until it succeeds.
 */
export class WorkLoop {
  readonly #work: (key: string) => Recheck | Promise<Recheck>;
  readonly #delayMs: number;
  readonly #onBug: (error: unknown, key: string) => void;
  readonly #scheduled = new Map<string, ScheduledRun>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  #stopped = false;

  constructor(work: (key: string) => Recheck | Promise<Recheck>, options: WorkLoopOptions = {}) {
    this.#work = work;
    this.#delayMs = options.delayMs ?? DEFAULT_DELAY_MS;
    this.#onBug = options.onBug ?? reportBug;
  }

  /** Processes the key after `delayMs`. An earlier timer of the same key stays. */
  add(key: string, delayMs: number = this.#delayMs): void {
    if (this.#stopped) return;
    const dueAt = performance.now() + delayMs;
    const earlier = this.#scheduled.get(key);
    if (earlier !== undefined && earlier.dueAt <= dueAt) return;
    clearTimeout(earlier?.timer);
    this.#scheduled.set(key, {
      dueAt,
      timer: setTimeout(() => this.#start(key), Math.min(delayMs, MAX_TIMER_MS)),
    });
  }

  /** Starts no further runs, and resolves when all active runs have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#scheduled.values()) clearTimeout(timer);
    this.#scheduled.clear();
    await Promise.all(this.#running.values());
  }

  #start(key: string): void {
    this.#scheduled.delete(key);
    const previous = this.#running.get(key);
    if (previous !== undefined) {
      void previous.then(() => this.add(key, 0));
      return;
    }
    const run = this.#run(key).finally(() => this.#running.delete(key));
    this.#running.set(key, run);
  }

  async #run(key: string): Promise<void> {
    try {
      const recheckMs = await this.#work(key);
      this.#failures.delete(key);
      if (recheckMs !== undefined) this.add(key, recheckMs);
    } catch (error) {
      if (!(error instanceof ApiError)) this.#onBug(error, key);
      this.add(key, this.#nextRetryMs(key));
    }
  }

  #nextRetryMs(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
  }
}

function reportBug(error: unknown, key: string): void {
  console.error(`sandbox controller failed on "${key}":`, error);
}

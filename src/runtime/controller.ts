import { backoffMs, conflictMs } from './backoff.ts';
import { type Clock, createClock } from './clock.ts';
import { ConflictError, type OperatorError, asFailure, bugIn } from './errors.ts';
import { WorkQueue } from './work-queue.ts';

/** What is known of one pass over a key. */
export interface Pass {
  /** Ends when the operator stops or is no longer the leader: write nothing after that. */
  readonly signal: AbortSignal;
  /** Passes over this key that failed in a row before this one. */
  readonly failures: number;
  /** The pass that the back-off of a failure has asked for; others come because something may have changed. */
  readonly isRetry: boolean;
}

/** What the queue should do with a key after a pass. */
export interface Outcome {
  /** Look again after this long even if nothing changes. Absent: wait for an event. */
  readonly recheckAfterMs?: number;
  /** What did not work; the most impatient of them decides when to look again. */
  readonly failures?: readonly OperatorError[];
}

/** Told of every pass: for logs and metrics. */
export interface PassObserver {
  /** `unexpected` is set for a bug. */
  ended(
    controller: string,
    key: string,
    seconds: number,
    failures: readonly OperatorError[],
    unexpected?: unknown,
  ): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly reconcile: (key: string, pass: Pass) => Promise<Outcome>;
  readonly observer: PassObserver;
  /** What it waits by; real time by default. */
  readonly clock?: Clock;
}

/** Runs a reconcile function over keys; the only place where its failures are caught. */
export class Controller {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #failed = new Map<string, Failed>();
  /** Conflicts in a row. */
  readonly #conflicts = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? createClock();
    this.queue = new WorkQueue((key) => this.#pass(key), options.concurrency, this.#clock);
  }

  get name(): string {
    return this.#options.name;
  }

  start(): void {
    this.queue.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.queue.stop();
  }

  async #pass(key: string): Promise<void> {
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    const { name, observer, reconcile } = this.#options;
    try {
      const outcome = await reconcile(key, this.#passOf(key));
      this.#conflicts.delete(key);
      const failures = outcome.failures ?? [];
      observer.ended(name, key, seconds(), failures, bugIn(failures));
      this.#next(key, failures, outcome.recheckAfterMs);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (error instanceof ConflictError) return this.#lookAgain(key);
      this.#conflicts.delete(key);
      const failure = asFailure(error);
      observer.ended(name, key, seconds(), [failure], bugIn([failure]));
      this.#next(key, [failure], undefined);
    }
  }

  /** A lost race is over in a moment; one that is lost again and again has a rival who never rests. */
  #lookAgain(key: string): void {
    const conflicts = this.#conflicts.get(key) ?? 0;
    this.#conflicts.set(key, conflicts + 1);
    this.queue.addAfter(key, conflictMs(conflicts, Math.random));
  }

  #passOf(key: string): Pass {
    const failed = this.#failed.get(key);
    return {
      signal: this.#stop.signal,
      failures: failed?.count ?? 0,
      isRetry: failed !== undefined && this.#isDue(failed),
    };
  }

  /** A pass that fails before its retry is due leaves the back-off as it is. */
  #next(key: string, failures: readonly OperatorError[], recheckAfterMs: number | undefined): void {
    const now = this.#clock.now();
    const before = this.#failed.get(key);
    if (failures.length === 0) this.#failed.delete(key);
    else if (before === undefined || this.#isDue(before)) this.#failed.set(key, this.#failure(failures, before, now));
    const retryAt = this.#failed.get(key)?.retryAt;
    const delays = [recheckAfterMs, retryAt === undefined ? undefined : retryAt - now].filter((ms) => ms !== undefined);
    if (delays.length > 0) this.queue.addAfter(key, Math.max(0, Math.min(...delays)));
  }

  #failure(failures: readonly OperatorError[], before: Failed | undefined, now: number): Failed {
    const count = (before?.count ?? 0) + 1;
    const delays = failures.map((failure) =>
      Math.max(backoffMs(failure.disposition, count - 1, Math.random), failure.retryAfterMs ?? 0),
    );
    return { count, retryAt: now + Math.min(...delays) };
  }

  #isDue({ retryAt }: Failed): boolean {
    return this.#clock.now() >= retryAt - TIMER_SLACK_MS;
  }
}

interface Failed {
  readonly count: number;
  /** On the controller's clock. */
  readonly retryAt: number;
}

/** A timer may fire a moment early. */
const TIMER_SLACK_MS = 5;

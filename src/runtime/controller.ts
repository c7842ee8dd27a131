import { backoffMs, conflictMs } from './backoff.ts';
import { type Clock, createClock } from './clock.ts';
import { ConflictError, type OperatorError, asFailure, bugIn } from './errors.ts';
import { WorkQueue } from './work-queue.ts';

/** One reconciliation of a key. */
export interface Pass {
  /** Aborted when the operator stops. Nothing may be written after that. */
  readonly signal: AbortSignal;
  /** Consecutive failed passes over this key before this one. */
  readonly failures: number;
  /** The back-off of a failure is over. Any other pass comes because something may have changed. */
  readonly isRetry: boolean;
}

/** The result of a pass. */
export interface Outcome {
  /** Reconcile again after this time even if nothing changes. Absent: wait for an event. */
  readonly recheckAfterMs?: number;
  /** The failure with the shortest back-off decides when to retry. */
  readonly failures?: readonly OperatorError[];
}

/** A pass that has ended. */
export interface EndedPass {
  readonly controller: string;
  readonly key: string;
  readonly seconds: number;
  readonly failures: readonly OperatorError[];
  /** A bug. */
  readonly unexpected?: unknown;
}

/** Is notified of every pass, for logs and metrics. */
export interface PassObserver {
  ended(pass: EndedPass): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly reconcile: (key: string, pass: Pass) => Promise<Outcome>;
  readonly observer: PassObserver;
  /** Real time by default. */
  readonly clock?: Clock;
}

/** Runs a reconcile function over keys; the only place where its failures are caught. */
export class Controller {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #failed = new Map<string, Failed>();
  /** Consecutive conflicts. */
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
    const outcome = await this.#reconcile(key);
    if (outcome === undefined) return;
    this.#conflicts.delete(key);
    const { failures = [], recheckAfterMs } = outcome;
    const seconds = (performance.now() - began) / 1000;
    this.#options.observer.ended({ controller: this.name, key, seconds, failures, unexpected: bugIn(failures) });
    this.#scheduleNext(key, failures, recheckAfterMs);
  }

  /** `undefined`: the controller has stopped, or there was a conflict, which is not a failure. */
  async #reconcile(key: string): Promise<Outcome | undefined> {
    try {
      return await this.#options.reconcile(key, this.#passOf(key));
    } catch (error) {
      if (this.#stop.signal.aborted) return undefined;
      if (error instanceof ConflictError) return this.#retryAfterConflict(key);
      return { failures: [asFailure(error)] };
    }
  }

  /** Backs off, in case somebody else writes the object all the time. */
  #retryAfterConflict(key: string): undefined {
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

  /** A pass that fails before its retry is due does not extend the back-off. */
  #scheduleNext(key: string, failures: readonly OperatorError[], recheckAfterMs: number | undefined): void {
    const now = this.#clock.now();
    const before = this.#failed.get(key);
    if (failures.length === 0) this.#failed.delete(key);
    else if (before === undefined || this.#isDue(before))
      this.#failed.set(key, this.#nextFailure(failures, before, now));
    const retryAt = this.#failed.get(key)?.retryAt;
    const delays = [recheckAfterMs, retryAt === undefined ? undefined : retryAt - now].filter((ms) => ms !== undefined);
    if (delays.length > 0) this.queue.addAfter(key, Math.max(0, Math.min(...delays)));
  }

  #nextFailure(failures: readonly OperatorError[], before: Failed | undefined, now: number): Failed {
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

/** A timer may fire this much early. */
const TIMER_SLACK_MS = 5;

import { backoffMs } from './backoff.ts';
import { ConflictError, OperatorError } from './errors.ts';
import { WorkQueue } from './work-queue.ts';

/** What is known of one pass over a key. */
export interface Pass {
  /** Ends when the operator stops or is no longer the leader: write nothing after that. */
  readonly signal: AbortSignal;
  /** Passes over this key that failed in a row before this one. */
  readonly failures: number;
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
}

/** Runs a reconcile function over keys; the only place where its failures are caught. */
export class Controller {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.queue = new WorkQueue((key) => this.#pass(key), options.concurrency);
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
      const outcome = await reconcile(key, { signal: this.#stop.signal, failures: this.#failures.get(key) ?? 0 });
      const failures = outcome.failures ?? [];
      observer.ended(name, key, seconds(), failures);
      this.#next(key, failures, outcome.recheckAfterMs);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (error instanceof ConflictError) return this.queue.addAfter(key, 50);
      const failure =
        error instanceof OperatorError ? error : new OperatorError('InternalError', 'retry', String(error));
      observer.ended(name, key, seconds(), [failure], error instanceof OperatorError ? undefined : error);
      this.#next(key, [failure], undefined);
    }
  }

  #next(key: string, failures: readonly OperatorError[], recheckAfterMs: number | undefined): void {
    const count = failures.length === 0 ? 0 : (this.#failures.get(key) ?? 0) + 1;
    if (count === 0) this.#failures.delete(key);
    else this.#failures.set(key, count);
    const delays = failures.map((failure) =>
      Math.max(backoffMs(failure.disposition, count - 1, Math.random), failure.retryAfterMs ?? 0),
    );
    if (recheckAfterMs !== undefined) delays.push(recheckAfterMs);
    if (delays.length > 0) this.queue.addAfter(key, Math.min(...delays));
  }
}

/**
 * Keys to be worked on.
 *
 * Guarantees
 * - One worker per key at a time; a key added while it is worked on is worked on once more afterwards.
 * - A key that waits is there once, however often it was added, and at the earliest of its times.
 * - Keys are taken in the order in which they became ready.
 */
export class WorkQueue {
  readonly #ready = new Set<string>();
  readonly #running = new Set<string>();
  readonly #dirty = new Set<string>();
  readonly #timers = new Map<string, Timer>();
  readonly #bursts = new Map<string, number>();
  readonly #work: (key: string) => Promise<void>;
  readonly #concurrency: number;
  #isOpen = false;
  #isStopped = false;
  #drained: (() => void) | undefined;

  constructor(work: (key: string) => Promise<void>, concurrency: number) {
    this.#work = work;
    this.#concurrency = concurrency;
  }

  /** Keys that are ready or worked on. */
  get depth(): number {
    return this.#ready.size + this.#running.size;
  }

  /** Keys may be added before; work begins here. */
  start(): void {
    this.#isOpen = true;
    this.#pump();
  }

  /** Takes no more keys, now or later; resolves when the last worker has ended. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#isStopped = true;
    for (const { handle } of this.#timers.values()) clearTimeout(handle);
    this.#timers.clear();
    this.#ready.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  add(key: string): void {
    if (this.#isStopped) return;
    this.#cancel(key);
    if (this.#running.has(key)) this.#dirty.add(key);
    else this.#ready.add(key);
    this.#pump();
  }

  addAfter(key: string, delayMs: number): void {
    const { askedFor = NEVER, settled } = this.#timers.get(key) ?? {};
    this.#schedule(key, Math.min(performance.now() + delayMs, askedFor), settled);
  }

  /** Adds a key once a burst is over: after `quietMs` without another call, at the latest after `maxMs`. */
  addSettled(key: string, quietMs: number, maxMs: number): void {
    const now = performance.now();
    const began = this.#bursts.get(key) ?? now;
    this.#bursts.set(key, began);
    this.#schedule(key, this.#timers.get(key)?.askedFor, Math.min(now + quietMs, began + maxMs));
  }

  #schedule(key: string, askedFor = NEVER, settled = NEVER): void {
    clearTimeout(this.#timers.get(key)?.handle);
    if (this.#isStopped) return;
    const left = Math.max(0, Math.min(askedFor, settled) - performance.now());
    const due = (): void => (left > LONGEST_TIMER_MS ? this.#schedule(key, askedFor, settled) : this.add(key));
    this.#timers.set(key, { askedFor, settled, handle: setTimeout(due, Math.min(left, LONGEST_TIMER_MS)) });
  }

  #cancel(key: string): void {
    clearTimeout(this.#timers.get(key)?.handle);
    this.#timers.delete(key);
    this.#bursts.delete(key);
  }

  #pump(): void {
    for (const key of this.#ready) {
      if (!this.#isOpen || this.#running.size >= this.#concurrency) return;
      this.#ready.delete(key);
      this.#running.add(key);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    await this.#work(key);
    this.#running.delete(key);
    if (this.#dirty.delete(key)) this.#ready.add(key);
    if (this.#running.size === 0) this.#drained?.();
    this.#pump();
  }
}

/** A longer timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NEVER = Number.POSITIVE_INFINITY;

/** When a key is due, on the clock of `performance.now()`: at the earlier of the two. */
interface Timer {
  /** By `addAfter`. */
  readonly askedFor: number;
  /** By `addSettled`; moves with every call. */
  readonly settled: number;
  readonly handle: NodeJS.Timeout;
}

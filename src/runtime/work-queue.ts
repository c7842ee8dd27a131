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

  /** Takes no more keys; resolves when the last worker has ended. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    for (const { handle } of this.#timers.values()) clearTimeout(handle);
    this.#timers.clear();
    this.#ready.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  add(key: string): void {
    this.#cancel(key);
    if (this.#running.has(key)) this.#dirty.add(key);
    else this.#ready.add(key);
    this.#pump();
  }

  addAfter(key: string, delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    const known = this.#timers.get(key);
    if (known !== undefined && known.dueAt <= dueAt) return;
    this.#schedule(key, dueAt);
  }

  /** Adds a key once a burst is over: after `quietMs` without another call, at the latest after `maxMs`. */
  addSettled(key: string, quietMs: number, maxMs: number): void {
    const now = performance.now();
    const began = this.#bursts.get(key) ?? now;
    this.#bursts.set(key, began);
    this.#schedule(key, Math.min(now + quietMs, began + maxMs));
  }

  #schedule(key: string, dueAt: number): void {
    clearTimeout(this.#timers.get(key)?.handle);
    const handle = setTimeout(() => this.add(key), Math.max(0, dueAt - performance.now()));
    this.#timers.set(key, { dueAt, handle });
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

interface Timer {
  /** On the clock of `performance.now()`. */
  readonly dueAt: number;
  readonly handle: NodeJS.Timeout;
}

import { type Clock, createClock } from './clock.ts';

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
  readonly #clock: Clock;
  #isOpen = false;
  #isStopped = false;
  #drained: (() => void) | undefined;

  constructor(work: (key: string) => Promise<void>, concurrency: number, clock = createClock()) {
    this.#work = work;
    this.#concurrency = concurrency;
    this.#clock = clock;
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
    for (const { cancel } of this.#timers.values()) cancel();
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
    this.#schedule(key, Math.min(this.#clock.now() + delayMs, askedFor), settled);
  }

  /** Adds a key once a burst is over: after `quietMs` without another call, at the latest after `maxMs`. */
  addSettled(key: string, quietMs: number, maxMs: number): void {
    const now = this.#clock.now();
    const began = this.#bursts.get(key) ?? now;
    this.#bursts.set(key, began);
    this.#schedule(key, this.#timers.get(key)?.askedFor, Math.min(now + quietMs, began + maxMs));
  }

  #schedule(key: string, askedFor = NEVER, settled = NEVER): void {
    this.#timers.get(key)?.cancel();
    if (this.#isStopped) return;
    const cancel = this.#clock.after(Math.min(askedFor, settled) - this.#clock.now(), () => this.add(key));
    this.#timers.set(key, { askedFor, settled, cancel });
  }

  #cancel(key: string): void {
    this.#timers.get(key)?.cancel();
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

const NEVER = Number.POSITIVE_INFINITY;

/** When a key is due, on the queue's clock: at the earlier of the two. */
interface Timer {
  /** By `addAfter`. */
  readonly askedFor: number;
  /** By `addSettled`; moves with every call. */
  readonly settled: number;
  readonly cancel: () => void;
}

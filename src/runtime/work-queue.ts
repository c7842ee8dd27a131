import { type Clock, createClock } from './clock.ts';

/** Why a key is queued: something happened, or it is time for a routine check. */
export type Occasion = 'event' | 'routine';

/** One key in this many is a routine one even if events wait, so that neither starves. */
const ROUTINE_TURN = 4;

/**
 * A queue of keys and its workers.
 *
 * Guarantees
 * - One worker per key at a time. A key that is added while a worker has it is worked on once more afterwards.
 * - A key waits only once, however often it was added, and at the earliest of its times. So the queue is never longer
 *   than the number of keys.
 * - Keys of events go before routine ones, but every fourth key is a routine one if any waits. Within each kind, keys
 *   are taken in the order in which they became ready.
 */
export class WorkQueue {
  readonly #ready = { event: new Set<string>(), routine: new Set<string>() };
  readonly #running = new Set<string>();
  readonly #dirty = new Map<string, Occasion>();
  readonly #timers = new Map<string, Timer>();
  readonly #bursts = new Map<string, number>();
  readonly #work: (key: string) => Promise<void>;
  readonly #concurrency: number;
  readonly #clock: Clock;
  #taken = 0;
  #isOpen = false;
  #isStopped = false;
  #drained: (() => void) | undefined;

  constructor(work: (key: string) => Promise<void>, concurrency: number, clock = createClock()) {
    this.#work = work;
    this.#concurrency = concurrency;
    this.#clock = clock;
  }

  /** Keys that are ready or being worked on. */
  get depth(): number {
    return this.#ready.event.size + this.#ready.routine.size + this.#running.size;
  }

  /** Starts the workers. Keys may be added before. */
  start(): void {
    this.#isOpen = true;
    this.#pump();
  }

  /** Drops all keys, and those added later. Resolves when the last worker has ended. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#isStopped = true;
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#ready.event.clear();
    this.#ready.routine.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  add(key: string, occasion: Occasion = 'event'): void {
    if (this.#isStopped) return;
    this.#cancel(key);
    if (this.#running.has(key)) this.#dirty.set(key, this.#dirty.get(key) === 'event' ? 'event' : occasion);
    else this.#admit(key, occasion);
    this.#pump();
  }

  /** Adds a key as a routine one after a delay. */
  addAfter(key: string, delayMs: number): void {
    const { delayed = NEVER, settled } = this.#timers.get(key) ?? {};
    this.#schedule(key, Math.min(this.#clock.now() + delayMs, delayed), settled);
  }

  /** Adds a key after a burst of calls: after `quietMs` without another call, at the latest after `maxMs`. */
  addSettled(key: string, quietMs: number, maxMs: number): void {
    const now = this.#clock.now();
    const began = this.#bursts.get(key) ?? now;
    this.#bursts.set(key, began);
    this.#schedule(key, this.#timers.get(key)?.delayed, Math.min(now + quietMs, began + maxMs));
  }

  #schedule(key: string, delayed = NEVER, settled = NEVER): void {
    this.#timers.get(key)?.cancel();
    if (this.#isStopped) return;
    const occasion = delayed < settled ? 'routine' : 'event';
    const cancel = this.#clock.after(Math.min(delayed, settled) - this.#clock.now(), () => this.add(key, occasion));
    this.#timers.set(key, { delayed, settled, cancel });
  }

  #cancel(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    this.#bursts.delete(key);
  }

  /** An event makes a routine key urgent, never the other way round. */
  #admit(key: string, occasion: Occasion): void {
    const { event, routine } = this.#ready;
    if (occasion === 'event') routine.delete(key);
    if (!event.has(key)) this.#ready[occasion].add(key);
  }

  #pump(): void {
    while (this.#isOpen && this.#running.size < this.#concurrency) {
      const key = this.#take();
      if (key === undefined) return;
      this.#running.add(key);
      void this.#run(key);
    }
  }

  #take(): string | undefined {
    const { event, routine } = this.#ready;
    const isRoutineTurn = this.#taken % ROUTINE_TURN === ROUTINE_TURN - 1;
    const lane = (isRoutineTurn ? [routine, event] : [event, routine]).find(({ size }) => size > 0);
    const [key] = lane ?? [];
    if (key === undefined) return undefined;
    lane?.delete(key);
    this.#taken += 1;
    return key;
  }

  async #run(key: string): Promise<void> {
    await this.#work(key);
    this.#running.delete(key);
    const dirty = this.#dirty.get(key);
    this.#dirty.delete(key);
    if (dirty !== undefined) this.#admit(key, dirty);
    if (this.#running.size === 0) this.#drained?.();
    this.#pump();
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** When a key is due, on the queue's clock: at the earlier of two times. */
interface Timer {
  /** From `addAfter`. */
  readonly delayed: number;
  /** From `addSettled`. Moves with every call. */
  readonly settled: number;
  readonly cancel: () => void;
}

import { type Clock, createClock } from './clock.ts';

/** Why a key is worked on: something has happened, or it is only time to look again. */
export type Occasion = 'event' | 'routine';

/** Every so many keys, one comes from the routine even if events wait: neither ever starves. */
const ROUTINE_TURN = 4;

/**
 * Keys to be worked on.
 *
 * Guarantees
 * - One worker per key at a time; a key added while it is worked on is worked on once more afterwards.
 * - A key that waits is there once, however often it was added, and at the earliest of its times: what waits never
 *   grows beyond the number of keys.
 * - What an event has woken goes before the routine, but every fourth key is the routine's if any of it waits. Within
 *   each, keys are taken in the order in which they became ready.
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

  /** Keys that are ready or worked on. */
  get depth(): number {
    return this.#ready.event.size + this.#ready.routine.size + this.#running.size;
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

  /** Adds a key when the time has passed: as a matter of routine. */
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
    const occasion = askedFor < settled ? 'routine' : 'event';
    const cancel = this.#clock.after(Math.min(askedFor, settled) - this.#clock.now(), () => this.add(key, occasion));
    this.#timers.set(key, { askedFor, settled, cancel });
  }

  #cancel(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    this.#bursts.delete(key);
  }

  /** An event overtakes the routine, never the other way round. */
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
    const isRoutinesTurn = this.#taken % ROUTINE_TURN === ROUTINE_TURN - 1;
    const lane = (isRoutinesTurn ? [routine, event] : [event, routine]).find(({ size }) => size > 0);
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

/** When a key is due, on the queue's clock: at the earlier of the two. */
interface Timer {
  /** By `addAfter`. */
  readonly askedFor: number;
  /** By `addSettled`; moves with every call. */
  readonly settled: number;
  readonly cancel: () => void;
}

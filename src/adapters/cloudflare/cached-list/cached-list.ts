import { RecentChanges } from './recent-changes.ts';
import { type Reading, SharedRead } from './shared-read.ts';

/** A list read from Cloudflare, with its age and our own changes to it. Concurrent callers share one read. */
export class CachedList<T> {
  #last: { readonly value: T; readonly readAt: number } | undefined;
  #forgottenAt = Number.NEGATIVE_INFINITY;
  readonly #reading = new SharedRead<T>();
  readonly #changes = new RecentChanges<T>();

  /** The list that was read last, however old. */
  get known(): T | undefined {
    return this.#last?.value;
  }

  /** Time since the last read began; infinite if nothing is known, or if it has turned out to be wrong. */
  get ageMs(): number {
    return this.#last === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.#last.readAt;
  }

  /** Whether an object of ours that the list lacks does not exist. */
  get isAuthoritative(): boolean {
    return this.#last !== undefined && this.#changes.areShown(this.#last.readAt);
  }

  /** The known list if it is at most `maxAgeMs` old, else a new one. A failed read keeps the old one. */
  async get(maxAgeMs: number, reading: Reading<T>): Promise<T> {
    const last = this.#last;
    const isFresh = last !== undefined && this.ageMs <= maxAgeMs && !this.#changes.isOutdated(last.readAt);
    return isFresh ? last.value : this.#reading.since(performance.now() - maxAgeMs, this.#noting(reading));
  }

  /** Reads the list again, whatever is known. */
  reload(reading: Reading<T>): Promise<T> {
    return this.#reading.since(performance.now(), this.#noting(reading));
  }

  /** The list has turned out to be wrong: it stays known until the next caller reads it again. */
  expire(): void {
    if (this.#last !== undefined) this.#last = { ...this.#last, readAt: Number.NEGATIVE_INFINITY };
  }

  /** Nothing is known until the next read. A read that is under way does not count. */
  forget(): void {
    this.#last = undefined;
    this.#forgottenAt = performance.now();
  }

  /** Applies a change of our own, now and to lists that do not show it yet. The age stays. */
  amend(change: (value: T) => T): void {
    this.#changes.add(change);
    if (this.#last !== undefined) this.#last = { ...this.#last, value: change(this.#last.value) };
  }

  /** What a write of ours has returned is as good as a read. */
  learn(value: T): void {
    this.#last = { value, readAt: performance.now() };
  }

  /** A change of ours may or may not have been carried out. */
  markUncertain(): void {
    this.#changes.markUncertain();
  }

  #noting({ read, reader }: Reading<T>): Reading<T> {
    return { read: () => this.#read(read), reader };
  }

  async #read(read: () => Promise<T>): Promise<T> {
    const readAt = performance.now();
    const value = this.#changes.over(await read(), readAt);
    if (readAt > this.#forgottenAt) this.#last = { value, readAt };
    return value;
  }
}

/** A cached list for each key, such as the tunnels of each account. */
export class CachedLists<T> {
  readonly #lists = new Map<string, CachedList<T>>();

  of(key: string): CachedList<T> {
    const list = this.#lists.get(key) ?? new CachedList<T>();
    this.#lists.set(key, list);
    return list;
  }

  delete(key: string): void {
    this.#lists.delete(key);
  }
}

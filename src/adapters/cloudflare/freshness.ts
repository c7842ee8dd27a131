import { RecentChanges } from './recent-changes.ts';
import { SharedRead } from './shared-read.ts';

/** A value read from afar, with its age. Callers that ask at the same time share one read. */
export class Freshness<T> {
  #value: { readonly value: T; readonly readAt: number } | undefined;
  readonly #reading = new SharedRead<T>();
  readonly #changes = new RecentChanges<T>();

  /** The value that was read last, however old. */
  get known(): T | undefined {
    return this.#value?.value;
  }

  /** How long ago the reading of the known value began; infinite if nothing is known, or if it was found to be wrong. */
  get ageMs(): number {
    return this.#value === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.#value.readAt;
  }

  /** Whether what the known value lacks does not exist. */
  get isAuthoritative(): boolean {
    return this.#value !== undefined && this.#changes.areShown(this.#value.readAt);
  }

  /** Something is not as the known value says: the next caller reads it anew. */
  expire(): void {
    if (this.#value !== undefined) this.#value = { value: this.#value.value, readAt: Number.NEGATIVE_INFINITY };
  }

  /** The known value if it is at most `maxAgeMs` old, else a new one. A failed read leaves the old one in place. */
  async get(maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    const known = this.#value;
    const isGood = this.ageMs <= maxAgeMs && !this.#changes.isOutdated(known?.readAt ?? Number.NEGATIVE_INFINITY);
    if (known !== undefined && isGood) return known.value;
    return this.#reading.since(performance.now() - maxAgeMs, () => this.#read(read));
  }

  /** Keeps a known value true through a change of our own, which may be made again to a list that lags; its age stays. */
  amend(change: (value: T) => T): void {
    this.#changes.add(change);
    if (this.#value !== undefined) this.#value = { ...this.#value, value: change(this.#value.value) };
  }

  /** A change of our own may have been made, or not. */
  markUncertain(): void {
    this.#changes.markUncertain();
  }

  async #read(read: () => Promise<T>): Promise<T> {
    const readAt = performance.now();
    const value = this.#changes.over(await read(), readAt);
    this.#value = { value, readAt };
    return value;
  }
}

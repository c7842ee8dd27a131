/** A value read from afar, with its age. Callers that ask at the same time share one read. */
export class Freshness<T> {
  #value: { readonly value: T; readonly at: number } | undefined;
  #pending: Promise<T> | undefined;
  /** Changes of our own since the read under way began: it may or may not have seen them. */
  #amendments: ((value: T) => T)[] = [];

  /** The value that was read last, however old. */
  get known(): T | undefined {
    return this.#value?.value;
  }

  /** How old the known value is; infinite if nothing is known, or if it was found to be wrong. */
  get ageMs(): number {
    return this.#value === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.#value.at;
  }

  /** Something is not as the known value says: the next caller reads it anew. */
  expire(): void {
    if (this.#value !== undefined) this.#value = { value: this.#value.value, at: Number.NEGATIVE_INFINITY };
  }

  /** The known value if it is at most `maxAgeMs` old, else a new one. A failed read leaves the old one in place. */
  async get(maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    const known = this.#value;
    if (known !== undefined && this.ageMs <= maxAgeMs) return known.value;
    this.#pending ??= this.#read(read).finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  /** Keeps a known value true through a change of our own; its age stays. */
  amend(change: (value: T) => T): void {
    if (this.#pending !== undefined) this.#amendments.push(change);
    if (this.#value !== undefined) this.#value = { value: change(this.#value.value), at: this.#value.at };
  }

  async #read(read: () => Promise<T>): Promise<T> {
    this.#amendments = [];
    const found = await read();
    const value = this.#amendments.reduce<T>((known, change) => change(known), found);
    this.#value = { value, at: performance.now() };
    return value;
  }
}

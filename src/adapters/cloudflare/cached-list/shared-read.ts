/** A read, and whose credentials it uses. */
export interface Reading<T> {
  readonly read: () => Promise<T>;
  readonly reader: object;
}

/**
 * A read that concurrent callers share if it began late enough for each of them. A failure is shared only by callers with
 * the credentials that it was made with: others may be permitted what these are not.
 */
export class SharedRead<T> {
  #pending: Pending<T> | undefined;

  /** Joins a read that began at `oldest` or later. Waits for any other one to end, so that two never run at once. */
  async since(oldest: number, reading: Reading<T>): Promise<T> {
    for (;;) {
      const pending = this.#pending ?? this.#begin(reading);
      const isRecent = pending.began >= oldest;
      if (isRecent && pending.reader === reading.reader) return pending.result;
      const [outcome] = await Promise.allSettled([pending.result]);
      if (isRecent && outcome.status === 'fulfilled') return outcome.value;
    }
  }

  #begin({ read, reader }: Reading<T>): Pending<T> {
    const result = read().finally(() => (this.#pending = undefined));
    this.#pending = { began: performance.now(), reader, result };
    return this.#pending;
  }
}

interface Pending<T> {
  readonly began: number;
  readonly reader: object;
  readonly result: Promise<T>;
}

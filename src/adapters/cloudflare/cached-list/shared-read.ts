/** A read that concurrent callers share if it began late enough for each of them. */
export class SharedRead<T> {
  #pending: { readonly began: number; readonly result: Promise<T> } | undefined;

  /** Joins a read that began at `oldest` or later. Waits for an older one to end, so that two never run at once. */
  async since(oldest: number, read: () => Promise<T>): Promise<T> {
    for (;;) {
      const pending = this.#pending ?? this.#begin(read);
      if (pending.began >= oldest) return pending.result;
      await pending.result.catch(() => undefined);
    }
  }

  #begin(read: () => Promise<T>): { readonly began: number; readonly result: Promise<T> } {
    const result = read().finally(() => (this.#pending = undefined));
    this.#pending = { began: performance.now(), result };
    return this.#pending;
  }
}

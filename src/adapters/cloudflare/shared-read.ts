/** A read that callers share, as long as it began late enough for each of them. */
export class SharedRead<T> {
  #pending: { readonly began: number; readonly result: Promise<T> } | undefined;

  /** `oldest`: the read may not have begun before; one that has is waited for, so that there is never more than one. */
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

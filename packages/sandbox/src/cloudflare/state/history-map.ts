/** Older changes are discarded, because no fault makes reads lag further behind. */
const KEEP_HISTORY_MS = 300_000;

interface Change<T> {
  readonly at: number;
  readonly id: string;
  readonly before: T | undefined;
}

/**
 * A map of immutable values that can undo changes. It supports all-or-nothing batches and reads that lag behind writes.
 * Guarantees
 * - A transaction that throws changes nothing.
 * - `asOf(t)` returns the values after the last write at or before `t`.
 */
export class HistoryMap<T extends { readonly id: string }> {
  readonly #values = new Map<string, T>();
  #changes: Change<T>[] = [];
  #isInTransaction = false;
  readonly #elapsed: () => number;
  readonly #onChange: (before: T | undefined, after: T | undefined) => void;

  constructor(
    elapsed: () => number,
    onChange: (before: T | undefined, after: T | undefined) => void = () => undefined,
  ) {
    this.#elapsed = elapsed;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#values.size;
  }

  get(id: string): T | undefined {
    return this.#values.get(id);
  }

  values(): T[] {
    return [...this.#values.values()];
  }

  put(value: T): void {
    this.#remember(value.id);
    this.#write(value.id, value);
  }

  remove(id: string): void {
    this.#remember(id);
    this.#write(id, undefined);
  }

  /** Runs `work`. If it throws, all its writes are undone. */
  transaction<R>(work: () => R): R {
    const mark = this.#changes.length;
    this.#isInTransaction = true;
    try {
      return work();
    } catch (error) {
      for (const change of this.#changes.splice(mark).toReversed()) this.#write(change.id, change.before);
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  /** The values at an instant of the given clock. */
  asOf(instant: number): T[] {
    const view = new Map(this.#values);
    for (const change of this.#changes.toReversed()) {
      if (change.at <= instant) break;
      if (change.before === undefined) view.delete(change.id);
      else view.set(change.id, change.before);
    }
    return [...view.values()];
  }

  /** Replaces the whole content, for example with earlier `values()`. */
  reset(values: readonly T[]): void {
    for (const id of this.#values.keys()) this.#write(id, undefined);
    for (const value of values) this.#write(value.id, value);
    this.#changes = [];
  }

  #remember(id: string): void {
    if (!this.#isInTransaction) this.#forgetOldChanges();
    this.#changes.push({ at: this.#elapsed(), id, before: this.#values.get(id) });
  }

  /** Must not run in a transaction, which needs the changes to undo them. */
  #forgetOldChanges(): void {
    const oldest = this.#elapsed() - KEEP_HISTORY_MS;
    while (this.#changes[0] !== undefined && this.#changes[0].at < oldest) this.#changes.shift();
  }

  #write(id: string, after: T | undefined): void {
    const before = this.#values.get(id);
    if (after === undefined) this.#values.delete(id);
    else this.#values.set(id, after);
    this.#onChange(before, after);
  }
}

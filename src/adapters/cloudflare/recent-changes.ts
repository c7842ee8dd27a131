/**
 * How long a list may lag behind a change. Assumption: Cloudflare documents neither that a list shows at once what has
 * been written, nor when it does.
 */
const LAG_MS = 5_000;

/** Our own changes of the last moments, which a list may not show yet. */
export class RecentChanges<T> {
  #changes: { readonly at: number; readonly change: (value: T) => T }[] = [];
  #uncertainAt = Number.NEGATIVE_INFINITY;

  /** A change that was carried out; making it twice is making it once. */
  add(change: (value: T) => T): void {
    this.#forget(performance.now());
    this.#changes.push({ at: performance.now(), change });
  }

  /** A change of which it is not known whether it was carried out. */
  markUncertain(): void {
    this.#uncertainAt = performance.now();
  }

  /** Whether a list whose reading began at `readAt` shows what a doubtful change has made, if it has made anything. */
  areShown(readAt: number): boolean {
    return readAt >= this.#uncertainAt + LAG_MS;
  }

  /** Whether a list has been overtaken by a doubt, and a new one would be free of it. */
  isOutdated(readAt: number): boolean {
    return !this.areShown(readAt) && this.areShown(performance.now());
  }

  isUncertainSince(instant: number): boolean {
    return this.#uncertainAt >= instant;
  }

  /** What a read that began at `readAt` has found, with the changes that it may have missed. */
  over(found: T, readAt: number): T {
    this.#forget(readAt);
    return this.#changes.reduce((value, { change }) => change(value), found);
  }

  #forget(instant: number): void {
    this.#changes = this.#changes.filter(({ at }) => at >= instant - LAG_MS);
  }
}

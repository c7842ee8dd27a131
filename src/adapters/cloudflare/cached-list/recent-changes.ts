/**
 * How long a list may lag behind a change. Assumption: Cloudflare documents neither that a list shows a change at once
 * nor when it does.
 */
const LAG_MS = 5_000;

/** Our own recent changes, which a list may not show yet. */
export class RecentChanges<T> {
  #changes: { readonly at: number; readonly change: (value: T) => T }[] = [];
  #uncertainAt = Number.NEGATIVE_INFINITY;

  /** Adds a change that was carried out. Applying it twice is the same as applying it once. */
  add(change: (value: T) => T): void {
    this.#dropBefore(performance.now());
    this.#changes.push({ at: performance.now(), change });
  }

  /** It is unknown whether a change was carried out. */
  markUncertain(): void {
    this.#uncertainAt = performance.now();
  }

  /** Whether a list whose read began at `readAt` shows the uncertain change if it was carried out. */
  areShown(readAt: number): boolean {
    return readAt >= this.#uncertainAt + LAG_MS;
  }

  /** Whether a list may miss the uncertain change, and one that is read now would show it. */
  isOutdated(readAt: number): boolean {
    return !this.areShown(readAt) && this.areShown(performance.now());
  }

  /** The result of a read that began at `readAt`, with the changes that it may have missed. */
  over(found: T, readAt: number): T {
    this.#dropBefore(readAt);
    return this.#changes.reduce((value, { change }) => change(value), found);
  }

  #dropBefore(instant: number): void {
    this.#changes = this.#changes.filter(({ at }) => at >= instant - LAG_MS);
  }
}

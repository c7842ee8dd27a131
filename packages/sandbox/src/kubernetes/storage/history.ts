import type { StorageEvent } from './event.ts';

/** The recent changes per bucket. Records which versions are no longer covered. */
export class History {
  readonly #limit: number;
  readonly #events = new Map<string, StorageEvent[]>();
  /** Per bucket: all changes after this version are known. */
  readonly #forgotten = new Map<string, number>();
  #compacted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(event: StorageEvent): void {
    const events = this.#events.get(event.bucket) ?? [];
    this.#events.set(event.bucket, events);
    events.push(event);
    // Trimmed by half, so that a full history is not copied on every change.
    if (events.length <= this.#limit * 2) return;
    const dropped = events.splice(0, events.length - this.#limit);
    this.#forgotten.set(event.bucket, dropped.at(-1)?.version ?? 0);
  }

  /** Changes after `version`, or undefined if some may be missing. */
  since(bucket: string, version: number): readonly StorageEvent[] | undefined {
    if (version < Math.max(this.#compacted, this.#forgotten.get(bucket) ?? 0)) return undefined;
    const events = this.#events.get(bucket) ?? [];
    return events.slice(firstAfter(events, version));
  }

  compact(version: number): void {
    this.#compacted = version;
    this.#events.clear();
  }
}

/** Binary search for the first event later than `version`. */
function firstAfter(events: readonly StorageEvent[], version: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.version ?? 0) > version) high = middle;
    else low = middle + 1;
  }
  return low;
}

import type { StorageEvent } from './event.ts';

/** The last changes per bucket. What is older than the limit is forgotten, and said to be so. */
export class History {
  readonly #limit: number;
  readonly #events = new Map<string, StorageEvent[]>();
  /** Per bucket: every change after this version is still known. */
  readonly #forgotten = new Map<string, number>();
  #compacted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(event: StorageEvent): void {
    const events = this.#events.get(event.bucket) ?? [];
    this.#events.set(event.bucket, events);
    events.push(event);
    // Trimmed in halves, so that a full history does not move its whole content on every change.
    if (events.length <= this.#limit * 2) return;
    const dropped = events.splice(0, events.length - this.#limit);
    this.#forgotten.set(event.bucket, dropped.at(-1)?.version ?? 0);
  }

  /** Changes after `version`, or undefined when there may have been more than what is known. */
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

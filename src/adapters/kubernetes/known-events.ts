/** An Event that was written. */
export interface KnownEvent {
  readonly name: string;
  readonly count: number;
}

const MAX_SIZE = 4096;

/** Remembers the Events that were written last, by what they say. A repetition of any other gets an Event of its own. */
export class KnownEvents {
  /** Least recent first. */
  readonly #events = new Map<string, KnownEvent>();

  get(identity: string): KnownEvent | undefined {
    return this.#events.get(identity);
  }

  set(identity: string, event: KnownEvent): void {
    this.#events.delete(identity);
    this.#events.set(identity, event);
    const [oldest = ''] = this.#events.keys();
    if (this.#events.size > MAX_SIZE) this.#events.delete(oldest);
  }
}

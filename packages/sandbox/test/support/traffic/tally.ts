/** What became of the traffic of a load. */
export interface Counts {
  /** HTTP requests that were answered. */
  readonly answered: number;
  /** WebSocket messages that came back, and WebSockets that ended as their client wanted. */
  readonly messages: number;
  readonly webSockets: number;
  /** Downloads that arrived whole. */
  readonly downloads: number;
  /** How many were lost, by kind: `request: HTTP 502`. Empty when nothing was. */
  readonly lost: Readonly<Record<string, number>>;
}

export type Success = Exclude<keyof Counts, 'lost'>;

/** Counts successes, and losses by kind. */
export class Tally {
  readonly #counts = { answered: 0, messages: 0, webSockets: 0, downloads: 0 };
  readonly #lost = new Map<string, number>();

  count(success: Success): void {
    this.#counts[success] += 1;
  }

  lose(kind: string): void {
    this.#lost.set(kind, (this.#lost.get(kind) ?? 0) + 1);
  }

  get counts(): Counts {
    return { ...this.#counts, lost: Object.fromEntries(this.#lost) };
  }
}

const FIRST_SECONDS = 10;
const MAX_SECONDS = 300;
/** A run of this length resets the back-off. */
const RESET_AFTER_SECONDS = 600;

/** The delay before a crashed container is restarted: none after the first crash, then 10 s, 20 s, ... 300 s. */
export class CrashBackoff {
  readonly #timeScale: number;
  #crashes = 0;
  #startedAt = 0;
  #dueAt = 0;

  constructor(timeScale: number) {
    this.#timeScale = timeScale;
  }

  /** The current back-off in messages, in sandbox seconds. */
  get seconds(): number {
    return this.#crashes < 2 ? 0 : Math.min(FIRST_SECONDS * 2 ** (this.#crashes - 2), MAX_SECONDS);
  }

  started(): void {
    this.#startedAt = performance.now();
  }

  /** Counts a crash. Returns the delay before the next start. */
  crashed(): number {
    const ranMs = performance.now() - this.#startedAt;
    this.#crashes = ranMs >= this.#real(RESET_AFTER_SECONDS) ? 1 : this.#crashes + 1;
    this.#dueAt = performance.now() + this.#real(this.seconds);
    return this.remainingMs();
  }

  remainingMs(): number {
    return Math.max(0, this.#dueAt - performance.now());
  }

  #real(seconds: number): number {
    return (seconds * 1000) / this.#timeScale;
  }
}

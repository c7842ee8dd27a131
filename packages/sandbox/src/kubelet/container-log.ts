const LINES_KEPT = 1_000;

/** The last lines a container has written. */
export class ContainerLog {
  #lines: string[] = [];

  append(line: string): void {
    this.#lines.push(line);
    // Trimmed in bulk: cheaper than shifting a full array at every line.
    if (this.#lines.length >= 2 * LINES_KEPT) this.#lines = this.#lines.slice(-LINES_KEPT);
  }

  lines(): readonly string[] {
    return this.#lines.slice(-LINES_KEPT);
  }

  clear(): void {
    this.#lines = [];
  }
}

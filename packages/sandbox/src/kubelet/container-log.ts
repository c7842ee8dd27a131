const LINES_KEPT = 1_000;

/** The last lines of a container's output. */
export class ContainerLog {
  #lines: string[] = [];

  append(line: string): void {
    this.#lines.push(line);
    // Trimmed in bulk, which is cheaper than shifting a full array for every line.
    if (this.#lines.length >= 2 * LINES_KEPT) this.#lines = this.#lines.slice(-LINES_KEPT);
  }

  lines(): readonly string[] {
    return this.#lines.slice(-LINES_KEPT);
  }

  clear(): void {
    this.#lines = [];
  }
}

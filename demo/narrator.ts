/** Tells the story on a terminal: headings, small tables, checks, and a sign of life while waiting. */
export class Narrator {
  readonly #isTerminal = process.stdout.isTTY;
  readonly #startedAt = performance.now();
  #step = 0;
  #checks = 0;

  get checks(): number {
    return this.#checks;
  }

  /** Seconds since the story began. */
  get seconds(): string {
    return ((performance.now() - this.#startedAt) / 1000).toFixed(1);
  }

  say(text: string): void {
    process.stdout.write(`   ${text}\n`);
  }

  heading(text: string): void {
    this.#step += 1;
    process.stdout.write(`\n${this.#step}. ${text}\n`);
  }

  /** A table with as much room as its longest cells need. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = header.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
    );
    for (const row of [header, ...rows])
      this.say(`   ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }

  /** Something that is claimed only because it was looked at. A claim that does not hold ends the story. */
  check(claim: string, holds: boolean): void {
    if (!holds) throw new Error(`this did not hold: ${claim}`);
    this.#checks += 1;
    this.say(`ok  ${claim}`);
  }

  /** Asks again and again until a claim holds; shows on a terminal how long it has been. */
  async until(claim: string, holds: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
    const beganAt = performance.now();
    while (!(await holds())) {
      const waitedMs = performance.now() - beganAt;
      if (waitedMs > timeoutMs) throw new Error(`this did not come true within ${timeoutMs / 1000} s: ${claim}`);
      if (this.#isTerminal) process.stdout.write(`\r   ..  ${claim} (${(waitedMs / 1000).toFixed(1)} s)`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#isTerminal) process.stdout.write('\r\x1b[2K');
    this.check(claim, true);
  }
}

/** Prints the demo: headings, tables, checks, and on a terminal a timer while waiting. */
export class Reporter {
  readonly #isTerminal = process.stdout.isTTY;
  readonly #startedAt = performance.now();
  #step = 0;
  #checks = 0;

  /** The last lines: how long it took, and what to do next. */
  end(next: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    process.stdout.write('\n');
    this.say(`Done in ${seconds} s: ${this.#checks} claims verified.`);
    process.stdout.write(`\n${next}`);
  }

  say(text: string): void {
    process.stdout.write(`   ${text}\n`);
  }

  heading(text: string): void {
    this.#step += 1;
    process.stdout.write(`\n${this.#step}. ${text}\n`);
  }

  /** Prints a table. Columns are as wide as their longest cell. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = header.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
    );
    for (const row of [header, ...rows])
      this.say(`   ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }

  /** Prints a claim that was verified. Throws if it does not hold. */
  check(claim: string, holds: boolean): void {
    if (!holds) throw new Error(`this does not hold: ${claim}`);
    this.#checks += 1;
    this.say(`ok  ${claim}`);
  }

  /** Polls until a claim holds. On a terminal it shows how long that takes. */
  async until(claim: string, holds: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
    const beganAt = performance.now();
    while (!(await holds())) {
      const waitedMs = performance.now() - beganAt;
      if (waitedMs > timeoutMs) throw new Error(`this does not hold after ${timeoutMs / 1000} s: ${claim}`);
      if (this.#isTerminal) process.stdout.write(`\r   ..  ${claim} (${(waitedMs / 1000).toFixed(1)} s)`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#isTerminal) process.stdout.write('\r\x1b[2K');
    this.check(claim, true);
  }
}

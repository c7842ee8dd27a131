import { PATIENCE_MS } from 'cftunnel-sandbox/testing/eventually';

/** A list of events in order, which tests can wait for. */
export class Journal<T> {
  readonly entries: T[] = [];
  readonly #readers = new Set<() => void>();

  push(entry: T): void {
    this.entries.push(entry);
    for (const read of this.#readers) read();
  }

  /** Resolves with all entries once there are `count`. */
  reaches(count: number): Promise<readonly T[]> {
    return this.#until(() => this.entries.length >= count, `${count} entries were waited for`);
  }

  /** Resolves once the entry exists. */
  async has(entry: T): Promise<void> {
    await this.#until(() => this.entries.includes(entry), `${JSON.stringify(entry)} was waited for`);
  }

  async #until(holds: () => boolean, complaint: string): Promise<readonly T[]> {
    if (holds()) return this.entries;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#readers.delete(read);
      };
      const read = (): void => {
        if (!holds()) return;
        end();
        resolve(this.entries);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`${complaint}, there was: ${JSON.stringify(this.entries)}`));
      }, PATIENCE_MS);
      this.#readers.add(read);
    });
  }
}

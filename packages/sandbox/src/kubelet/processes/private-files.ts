import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The files of a container on disk, for one process. They are in a private folder instead of at their mount paths, so
 * paths in arguments, environment and other files are translated.
 */
export class PrivateFiles {
  readonly root = mkdtempSync(path.join(tmpdir(), 'cftunnel-container-'));
  readonly #paths: readonly string[];

  constructor(files: ReadonlyMap<string, string>) {
    // Longest first, because a path may be a prefix of another.
    this.#paths = [...files.keys()].toSorted((a, b) => b.length - a.length);
    for (const [file, content] of files) this.#write(file, content);
  }

  /** Replaces every mounted path in the text with the real path. */
  translate(text: string): string {
    return this.#paths.reduce((result, file) => result.replaceAll(file, path.join(this.root, file)), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #write(file: string, content: string): void {
    const place = path.join(this.root, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, this.translate(content), { mode: 0o600 });
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The files of a container, on disk for one process alone. They lie under a folder of their own instead of where the
 * container mounts them, so whatever names them (arguments, environment, other files) is translated.
 */
export class PrivateFiles {
  readonly root = mkdtempSync(path.join(tmpdir(), 'cftunnel-container-'));
  readonly #paths: readonly string[];

  constructor(files: ReadonlyMap<string, string>) {
    // The longest first: the path of one may begin with the whole path of another.
    this.#paths = [...files.keys()].toSorted((a, b) => b.length - a.length);
    for (const [file, content] of files) this.#write(file, content);
  }

  /** The text with every mounted path in it replaced by the real one. */
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

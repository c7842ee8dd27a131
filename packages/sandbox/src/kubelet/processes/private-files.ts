import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mount } from '../mounts.ts';
import { writeVolume } from './atomic-volume.ts';

export interface PrivateFilesOptions {
  readonly mounts: readonly Mount[];
  /** What a file contains on this machine. Default: the same, with translated paths. */
  readonly adapt?: ((content: string, translate: (text: string) => string) => string) | undefined;
}

/**
 * The files of a container on disk, for one process. They are in a private folder instead of at their mount paths, so
 * paths in arguments, environment and other files are translated. Folders that the containers of a Pod share are those
 * of the Pod.
 */
export class PrivateFiles {
  readonly root = mkdtempSync(path.join(tmpdir(), 'cftunnel-container-'));
  readonly #projected: readonly string[];
  readonly #real: ReadonlyMap<string, string>;
  readonly #mounted: RegExp;
  readonly #adapt: NonNullable<PrivateFilesOptions['adapt']>;
  #files: ReadonlyMap<string, string>;

  constructor(files: ReadonlyMap<string, string>, { mounts, adapt }: PrivateFilesOptions) {
    this.#files = files;
    this.#adapt = adapt ?? ((content, translate) => translate(content));
    this.#projected = longestFirst(mounts.flatMap((mount) => (mount.kind === 'projected' ? [mount.path] : [])));
    const shared = mounts.flatMap((mount) => (mount.kind === 'shared' ? [[mount.path, mount.folder()] as const] : []));
    const own = [...this.#projected, ...files.keys()].map((place) => [place, path.join(this.root, place)] as const);
    this.#real = new Map([...own, ...shared]);
    this.#mounted = wholePaths(longestFirst([...this.#real.keys()]));
    for (const [file, content] of files) if (this.#volumeOf(file) === undefined) this.#write(file, content);
    this.refresh(files);
  }

  /** Replaces every mounted path in the text with the real path. */
  translate(text: string): string {
    return text.replaceAll(this.#mounted, (mounted) => this.#real.get(mounted) ?? mounted);
  }

  /** Brings the files of volumes up to date. Files that are mounted alone stay as they were when the process started. */
  refresh(files: ReadonlyMap<string, string> = this.#files): void {
    this.#files = files;
    for (const volume of this.#projected) {
      const own = Array.from(files).filter(([file]) => this.#volumeOf(file) === volume);
      const content = own.map(([file, text]) => [file.slice(volume.length + 1), this.#adapted(text)] as const);
      writeVolume(path.join(this.root, volume), new Map(content));
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #volumeOf(file: string): string | undefined {
    return this.#projected.find((volume) => file.startsWith(`${volume}/`));
  }

  #adapted(content: string): string {
    return this.#adapt(content, (text) => this.translate(text));
  }

  #write(file: string, content: string): void {
    const place = path.join(this.root, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, this.#adapted(content), { mode: 0o600 });
  }
}

/** A path may be the beginning of another. */
function longestFirst(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => b.length - a.length);
}

/** Matches none of the paths within the name of another file. */
function wholePaths(paths: readonly string[]): RegExp {
  if (paths.length === 0) return /(?!)/g;
  const choices = paths.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<![\w.-])(?:${choices.join('|')})(?![\w.-])`, 'g');
}

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const DATA = '..data';
const NEW_DATA = '..data_tmp';

/**
 * Writes the files of a volume into a folder as a kubelet does (`AtomicWriter` in `pkg/volume/util/atomic_writer.go`):
 * each is a link into `..data`, which is a link to a folder with a timestamp. A change replaces `..data` by a rename,
 * so that a reader sees either all old files or all new ones. Nothing is written if nothing has changed.
 */
export function writeVolume(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  const data = path.join(folder, DATA);
  const old = existsSync(data) ? readlinkSync(data) : undefined;
  if (old !== undefined && isSame(path.join(folder, old), files)) return;
  const fresh = mkdtempSync(path.join(folder, `..${stamp()}.`));
  for (const [name, content] of files) write(path.join(fresh, name), content);
  symlinkSync(path.basename(fresh), path.join(folder, NEW_DATA));
  renameSync(path.join(folder, NEW_DATA), data);
  showOnly(folder, new Set(Array.from(files.keys(), firstPart)));
  if (old !== undefined) rmSync(path.join(folder, old), { recursive: true });
}

function write(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}

function isSame(folder: string, files: ReadonlyMap<string, string>): boolean {
  const present = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (present.length !== files.size) return false;
  return Array.from(files).every(([name, content]) => {
    const file = path.join(folder, name);
    return existsSync(file) && readFileSync(file, 'utf8') === content;
  });
}

/** Links come after the data they lead to, and old ones go last. A folder without `..` may be another mount. */
function showOnly(folder: string, names: ReadonlySet<string>): void {
  const shown = readdirSync(folder).filter((name) => !name.startsWith('..') && isLink(path.join(folder, name)));
  for (const name of names) if (!shown.includes(name)) symlinkSync(path.join(DATA, name), path.join(folder, name));
  for (const name of shown) if (!names.has(name)) rmSync(path.join(folder, name));
}

function isLink(file: string): boolean {
  return lstatSync(file).isSymbolicLink();
}

function firstPart(name: string): string {
  return name.split('/')[0] ?? name;
}

/** As in `..2026_11_29_10_00_00.`. */
function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
}

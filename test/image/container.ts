/** Runs a command with a folder as its whole, read-only file system. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { BuiltImage } from './build.ts';

const isRoot = process.getuid?.() === 0;
const NAMESPACES = isRoot ? ['--mount'] : ['--mount', '--map-root-user'];

/** Whether this machine lets this user have mounts of his own. Some only let root. */
export const canContain = spawnSync('unshare', [...NAMESPACES, 'true']).status === 0;

/** Only root can become another user; anybody else stays who they are. */
const BECOME = isRoot ? '--userspec="$USER_OF_IMAGE"' : '';

/** The root of the file system becomes read-only, then nothing but the folder is left. */
const SCRIPT = `set -e
mount --bind "$ROOT" "$ROOT"
mount --bind "$NODE" "$ROOT/nodejs/bin/node"
mount --rbind /proc "$ROOT/proc"
mount --bind -o remount,bind,ro "$ROOT" "$ROOT"
exec chroot ${BECOME} "$ROOT" "$@"`;

/**
 * Puts into the root of an image what its base brings: Node, and the libraries that Node is linked to. `files` are what
 * a cluster mounts.
 */
export function addBase({ root }: BuiltImage, files: Readonly<Record<string, string>>): void {
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ''] of libraries) {
    mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
    copyFileSync(library, path.join(root, library));
  }
  mkdirSync(path.join(root, 'proc'));
  for (const [file, text] of Object.entries({ 'nodejs/bin/node': '', ...files })) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

/** Starts a command in the image, with nothing but the image's environment. */
export function startInImage({ root, environment, user }: BuiltImage, command: readonly string[]): ChildProcess {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const args = ['env', '-i', ...variables, 'unshare', ...NAMESPACES];
  const settings = { ROOT: root, NODE: process.execPath, USER_OF_IMAGE: user };
  const inside = [
    'env',
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    'sh',
    '-c',
    SCRIPT,
    'sh',
  ];
  return spawn('/usr/bin/env', [...args.slice(1), ...inside, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The numbers of the user and group that a process runs as. */
export function ownerOf({ pid }: ChildProcess): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return ['Uid', 'Gid'].map((field) => new RegExp(`^${field}:\\t(\\d+)`, 'm').exec(status)?.[1]).join(':');
}

export const becomesUser = isRoot;

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Container, ContainerStart, Image } from '../image.ts';
import { endWithParent } from './end-with-parent.ts';
import { PrivateFiles } from './private-files.ts';

export interface ProcessImageOptions {
  readonly matches: RegExp;
  /** The program that replaces the content of the image. */
  readonly program: string;
  /** The entry point if the container sets no `command`. Its first element is replaced by `program`. */
  readonly entrypoint: readonly string[];
  /** Adapts a container to this machine. */
  prepare(container: ContainerStart): ContainerStart;
  /** What a mounted file contains on this machine. Default: the same, with translated paths. */
  readonly adapt?: (content: string, place: Place) => string;
}

/** Where a container is on this machine. */
export interface Place {
  readonly container: ContainerStart;
  /** Replaces the mounted paths in a text with the real ones. */
  readonly translate: (text: string) => string;
}

/** A container that is a process. */
export interface ProcessContainer extends Container {
  /** Replaces the mounted paths in a text with the real ones. */
  readonly translate: (text: string) => string;
}

/** An image whose containers are processes. */
export interface ProcessImage extends Image {
  start(container: ContainerStart): ProcessContainer;
}

/** The exit code of a shell for a program that could not be started. */
const NOT_STARTED = 127;

/**
 * Runs containers as real processes on this machine.
 *
 * Guarantees
 * - Arguments, environment and mounts are those of the container. Only paths and "all interfaces" are translated: the
 *   process listens only on its Pod's loopback address.
 * - Of this process's environment it sees only PATH. Its home is empty.
 * - The files of volumes are laid out and replaced as a kubelet does it. Containers of a Pod share its `emptyDir` volumes.
 * - It ends with this process, and leaves no files.
 */
export function processImage(options: ProcessImageOptions): ProcessImage {
  return {
    matches: options.matches,
    start: (container) => startProcess(options.prepare(container), options),
  };
}

function startProcess(container: ContainerStart, options: ProcessImageOptions): ProcessContainer {
  const { program, entrypoint } = options;
  const files = filesOf(container, options);
  const translate = (text: string) => files.translate(onLoopback(text, container.pod.loopback));
  const [, ...args] = [...(container.command.length > 0 ? container.command : entrypoint), ...container.args];
  const child = spawn(program, args.map(translate), {
    cwd: files.root,
    env: { PATH: process.env['PATH'], HOME: files.root, ...translated(container.env, translate) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) endWithParent(child, [files.root, ...sharedFolders(container)]);
  for (const output of [child.stdout, child.stderr]) followLines(output, container);
  return {
    exited: exitOf(child, container).finally(() => files.remove()),
    terminate: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    addressOf: (port) => (isRunning(child) ? `${container.pod.loopback}:${port}` : undefined),
    translate: (text) => files.translate(text),
    refresh: (fresh) => files.refresh(fresh),
    ...(options.adapt !== undefined && { readdress: () => files.refresh() }),
  };
}

function filesOf(container: ContainerStart, { adapt }: ProcessImageOptions): PrivateFiles {
  const { files, mounts } = container;
  if (adapt === undefined) return new PrivateFiles(files, { mounts });
  return new PrivateFiles(files, { mounts, adapt: (content, translate) => adapt(content, { container, translate }) });
}

function sharedFolders({ mounts }: ContainerStart): string[] {
  return mounts.flatMap((mount) => (mount.kind === 'shared' ? [mount.folder()] : []));
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** With `0.0.0.0`, only one Pod could use a port of this machine. */
function onLoopback(text: string, loopback: string): string {
  return text.replaceAll(/(?:\b0\.0\.0\.0|\[::\]|^):(?=\d)/g, `${loopback}:`);
}

function translated(
  env: Readonly<Record<string, string>>,
  translate: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, translate(value)]));
}

function followLines(output: Readable, container: ContainerStart): void {
  createInterface({ input: output }).on('line', (line) => container.log(line));
}

/** The exit code as a container runtime reports it, after all output has been read. */
function exitOf(child: ChildProcess, container: ContainerStart): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      container.log(error.message);
      resolve(NOT_STARTED);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

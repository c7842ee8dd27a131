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
 * - It ends with this process, and leaves no files.
 */
export function processImage(options: ProcessImageOptions): Image {
  return {
    matches: options.matches,
    start: (container) => startProcess(options.prepare(container), options),
  };
}

function startProcess(container: ContainerStart, { program, entrypoint }: ProcessImageOptions): Container {
  const files = new PrivateFiles(container.files);
  const translate = (text: string) => files.translate(onLoopback(text, container.pod.loopback));
  const [, ...args] = [...(container.command.length > 0 ? container.command : entrypoint), ...container.args];
  const child = spawn(program, args.map(translate), {
    cwd: files.root,
    env: { PATH: process.env['PATH'], HOME: files.root, ...translated(container.env, translate) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) endWithParent(child, files.root);
  for (const output of [child.stdout, child.stderr]) followLines(output, container);
  return {
    exited: exitOf(child, container).finally(() => files.remove()),
    terminate: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    addressOf: (port) => (isRunning(child) ? `${container.pod.loopback}:${port}` : undefined),
  };
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

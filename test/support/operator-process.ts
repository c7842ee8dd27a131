import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** A line of the operator's log. */
export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The operator as a separate process, as users run it. */
export interface OperatorProcess {
  /** The log so far. Lines that are not JSON are entries without a level. */
  readonly logs: readonly LogEntry[];
  readonly exited: Promise<Exit>;
  /** Resolves when an entry with this message exists. Rejects if the process ends before. */
  logged(message: string): Promise<void>;
  /** SIGTERM. Resolves with the exit. */
  stop(): Promise<Exit>;
  /** SIGKILL: nothing is cleaned up, and its Lease stays. */
  kill(): Promise<void>;
  /** Suspends it until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it in any case: SIGTERM, and SIGKILL if that has no effect. */
  end(): Promise<void>;
}

const LAST_CHANCE_MS = 5_000;

/**
 * Starts the bundle with these flags and an empty environment, so that nothing of the machine leaks in. `speed`: the
 * factor by which its pauses and back-offs are faster than real time.
 */
export function startOperator(flags: readonly string[], speed = 1): OperatorProcess {
  const child = spawnBundle(flags, speed);
  const exited = exitOf(child);
  const logs: LogEntry[] = [];
  const waiting = new Map<string, () => void>();
  child.stdout?.resume();
  createInterface({ input: child.stderr ?? process.stdin }).on('line', (line) => {
    const entry = readEntry(line);
    logs.push(entry);
    waiting.get(entry.message)?.();
  });
  const signalled = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    logs,
    exited,
    async logged(message) {
      if (logs.some((entry) => entry.message === message)) return;
      const seen = new Promise<void>((resolve) => void waiting.set(message, resolve));
      await Promise.race([seen, exited.then((exit) => Promise.reject(ended(exit, logs)))]);
    },
    stop: () => signalled('SIGTERM'),
    async kill() {
      await signalled('SIGKILL');
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async end() {
      child.kill('SIGCONT');
      const timer = setTimeout(() => child.kill('SIGKILL'), LAST_CHANCE_MS);
      await signalled('SIGTERM');
      clearTimeout(timer);
    },
  };
}

/** Runs the bundle until it exits, and returns its output. */
export async function runOperator(
  flags: readonly string[],
): Promise<Exit & { readonly stdout: string; readonly stderr: string }> {
  const child = spawnBundle(flags);
  const [exit, stdout, stderr] = await Promise.all([exitOf(child), outputOf(child.stdout), outputOf(child.stderr)]);
  return { ...exit, stdout, stderr };
}

function spawnBundle(flags: readonly string[], speed = 1): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', CFTUNNEL_CLOCK_SPEED: String(speed) };
  return spawn(process.execPath, [BUNDLE, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
  });
}

async function outputOf(stream: ChildProcess['stdout']): Promise<string> {
  return stream === null ? '' : text(stream);
}

function readEntry(line: string): LogEntry {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return { level: '', message: line };
  }
}

function ended({ code, signal }: Exit, logs: readonly LogEntry[]): Error {
  const last = logs.slice(-10).map((entry) => JSON.stringify(entry));
  return new Error(`the operator ended (${signal ?? code}); its last words:\n${last.join('\n')}`);
}

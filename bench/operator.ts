import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inContainer, memoryLimit, readImage } from './image.ts';
import { type Usage, usageOf } from './usage.ts';

const MAIN = path.resolve(import.meta.dirname, '../dist/main.js');

const ANY_PORT = { 'metrics-bind-address': '127.0.0.1:0', 'health-bind-address': '127.0.0.1:0' };

/** The built bundle as a separate process with the image's Node options, measured from outside. */
export class MeasuredOperator {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  /** Starts the operator with these flags and resolves when it leads. */
  static async start(flags: Readonly<Record<string, string>>): Promise<MeasuredOperator> {
    const args = Object.entries({ ...flags, ...ANY_PORT }).map(([name, value]) => `--${name}=${value}`);
    const { environment, nodeFlags } = readImage();
    const nodeOptions = inContainer(environment['NODE_OPTIONS'] ?? '', memoryLimit());
    const env = { ...process.env, ...environment, NODE_OPTIONS: withProfiling(nodeOptions) };
    const child = spawn(process.execPath, [...nodeFlags, MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
    await untilLeading(child);
    return new MeasuredOperator(child);
  }

  usage(): Usage {
    return usageOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}

/** Options for profiling: `BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp/profiles"`. */
function withProfiling(options: string): string {
  return `${options} ${process.env['BENCH_NODE_OPTIONS'] ?? ''}`.trim();
}

async function untilLeading(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('the operator has no log');
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('"Leading"')) resolve();
      if (line.includes('"level":"error"')) process.stderr.write(`${line}\n`);
    });
    child.once('exit', (code) => reject(new Error(`the operator ended with exit code ${code} before it led`)));
  });
}

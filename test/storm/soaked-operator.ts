/** The operator of a soak in a separate process, so that only its own memory is measured. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startLocalOperator } from '../support/local-operator.ts';

/** The options that the child process receives. */
export interface SoakedOperatorOptions {
  readonly cluster: string;
  readonly kubernetesUrl: string;
  readonly cloudflareUrl: string;
  readonly speed: number;
}

const SAMPLE_MS = 100;

/** The options of the Dockerfile for a container of 256 Mi. */
const IMAGE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=97'];

/** Memory samples in MB, the latest last. */
export class SoakedOperator {
  readonly samples: number[] = [];
  readonly #child: ChildProcess;

  constructor(options: SoakedOperatorOptions) {
    this.#child = fork(import.meta.filename, [JSON.stringify(options)], { execArgv: IMAGE_OPTIONS });
    this.#child.on('message', (bytes) => this.samples.push(Number(bytes) / 2 ** 20));
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

/** Runs until the parent ends. */
async function live(options: SoakedOperatorOptions): Promise<void> {
  const operator = startLocalOperator({ ...options, observer: { ended: () => undefined } });
  const sampling = setInterval(() => process.send?.(process.memoryUsage.rss()), SAMPLE_MS);
  await once(process, 'disconnect');
  clearInterval(sampling);
  await operator.stop();
}

const [, program, told] = process.argv;
if (program === import.meta.filename && told !== undefined) await live(JSON.parse(told) as SoakedOperatorOptions);

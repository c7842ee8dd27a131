/** A worker process, which is replaced when it can no longer be used. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FileReport, Reply, Request, Setup, Trial, Verdict } from './messages.ts';

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A mutant may fill the memory before its time limit. */
const FLAGS = ['--no-warnings', '--max-old-space-size=1500'];
const OBSERVE_LIMIT_MS = 120_000;

export class Worker {
  readonly #setup: Setup;
  #process: ChildProcess | undefined;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  async observe(file: string): Promise<FileReport> {
    const reply = await this.#send({ observe: file }, OBSERVE_LIMIT_MS);
    if (reply !== undefined && 'report' in reply) return reply.report;
    return { file, ms: 0, loadHits: [], tests: [], failure: 'the process that ran it ended, or does not answer' };
  }

  /** A process that does not answer in time is stuck in a loop. */
  async judge(trial: Trial, limitMs: number): Promise<Verdict> {
    const reply = await this.#send({ trial }, limitMs);
    const verdict: Verdict = reply !== undefined && 'verdict' in reply ? reply.verdict : { status: 'timeout' };
    if (verdict.isSpoiled) this.end();
    return verdict;
  }

  end(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  /** The reply, or undefined if there is none in time. */
  #send(request: Request, limitMs: number): Promise<Reply | undefined> {
    const child = (this.#process ??= this.#started());
    return new Promise((resolve) => {
      const finish = (reply: Reply | undefined): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (reply === undefined) this.end();
        resolve(reply);
      };
      const timer = setTimeout(() => finish(undefined), limitMs);
      child.once('message', (reply: Reply) => finish(reply));
      child.once('exit', () => finish(undefined));
      child.send(request);
    });
  }

  #started(): ChildProcess {
    const child = fork(PROGRAM, { execArgv: FLAGS });
    child.send({ setup: this.#setup } satisfies Request);
    return child;
  }
}

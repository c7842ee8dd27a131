import { setTimeout as delay } from 'node:timers/promises';
import { visit } from './visitor.ts';

/** The results of a load. */
export interface LoadReport {
  readonly sent: number;
  /** Failures by kind, such as `503 x 2`. */
  readonly failures: readonly string[];
}

const PARALLEL = 8;
const PAUSE_MS = 5;

/** Visitors who request a hostname continuously until they are stopped. */
export class ConstantLoad {
  readonly #edgeUrl: string;
  readonly #hostname: string;
  readonly #visitors: Promise<void>[];
  readonly #failures = new Map<string, number>();
  #sent = 0;
  #isStopped = false;

  constructor(edgeUrl: string, hostname: string) {
    this.#edgeUrl = edgeUrl;
    this.#hostname = hostname;
    this.#visitors = Array.from({ length: PARALLEL }, () => this.#keepVisiting());
  }

  /** Waits for the outstanding responses. */
  async stop(): Promise<LoadReport> {
    this.#isStopped = true;
    await Promise.all(this.#visitors);
    return { sent: this.#sent, failures: Array.from(this.#failures, ([what, times]) => `${what} x ${times}`) };
  }

  async #keepVisiting(): Promise<void> {
    while (!this.#isStopped) {
      this.#sent += 1;
      const outcome = await this.#outcome();
      if (outcome !== '200') this.#failures.set(outcome, (this.#failures.get(outcome) ?? 0) + 1);
      await delay(PAUSE_MS);
    }
  }

  async #outcome(): Promise<string> {
    try {
      return String((await visit(this.#edgeUrl, this.#hostname)).status);
    } catch (error) {
      return (error as Error).message;
    }
  }
}

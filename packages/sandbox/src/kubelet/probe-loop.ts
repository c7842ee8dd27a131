import type { ProbeSpec } from '../kubernetes/controllers/workloads.ts';
import { probe, type ProbeTarget } from './probe.ts';

export interface ProbeLoopOptions {
  readonly target: ProbeTarget;
  readonly timeScale: number;
  /** Told when as many answers in a row as the probe's thresholds ask for have changed its mind. */
  onVerdict(isHealthy: boolean, reason: string): void;
}

const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;

/** A container that is not healthy is asked again this soon, then half as often each time, up to once in a period. */
const FIRST_PAUSE_MS = 10;

/** One probe of a running container, asked again and again until it is stopped. */
export class ProbeLoop {
  readonly #spec: ProbeSpec;
  readonly #options: ProbeLoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #verdict: boolean | undefined;
  #successes = 0;
  #failures = 0;
  #failureCountedAt = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(spec: ProbeSpec, options: ProbeLoopOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#schedule(this.#real(spec.initialDelaySeconds ?? 0));
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const failure = await probe(this.#spec, this.#options.target);
    if (this.#isStopped) return;
    this.#count(failure);
    if (this.#isStopped) return; // the verdict may have ended the container
    this.#schedule(this.#verdict === true ? this.#periodMs() : this.#nextPause());
  }

  /** Nobody should wait for a whole period to be over, nor a crowd of sick containers keep the machine busy. */
  #nextPause(): number {
    const pauseMs = Math.min(this.#pauseMs, this.#periodMs());
    this.#pauseMs *= 2;
    return pauseMs;
  }

  #periodMs(): number {
    return this.#real(this.#spec.periodSeconds ?? DEFAULT_PERIOD_SECONDS);
  }

  #real(seconds: number): number {
    return (seconds * 1000) / this.#options.timeScale;
  }

  #count(failure: string | undefined): void {
    const { successThreshold = 1, failureThreshold = DEFAULT_FAILURES } = this.#spec;
    if (failure === undefined) {
      this.#failures = 0;
      this.#successes += 1;
      if (this.#successes >= successThreshold) this.#conclude(true, '');
      return;
    }
    this.#successes = 0;
    if (!this.#isFailureDue()) return;
    this.#failures += 1;
    if (this.#failures >= failureThreshold) this.#conclude(false, failure);
  }

  /** Asking eagerly must not use up the patience that the thresholds promise: one failure counts per period. */
  #isFailureDue(): boolean {
    const now = performance.now();
    if (now - this.#failureCountedAt < this.#periodMs() * 0.9) return false; // a timer may be a little early
    this.#failureCountedAt = now;
    return true;
  }

  #conclude(isHealthy: boolean, reason: string): void {
    if (this.#verdict === isHealthy) return;
    this.#verdict = isHealthy;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#options.onVerdict(isHealthy, reason);
  }
}

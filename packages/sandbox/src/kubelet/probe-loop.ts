import type { ProbeSpec } from '../kubernetes/controllers/workloads.ts';
import { probe, type ProbeTarget } from './probe.ts';

export interface ProbeLoopOptions {
  readonly target: ProbeTarget;
  readonly timeScale: number;
  /** Called when a threshold of consecutive results has changed the outcome. */
  onChange(isHealthy: boolean, reason: string): void;
}

const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;

/** First interval of an unhealthy container. It doubles each time, up to the period of the probe. */
const FIRST_PAUSE_MS = 10;

/** Runs one probe of a running container repeatedly until it is stopped. */
export class ProbeLoop {
  readonly #spec: ProbeSpec;
  readonly #options: ProbeLoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isHealthy: boolean | undefined;
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
    if (this.#isStopped) return; // the result may have ended the container
    this.#schedule(this.#isHealthy === true ? this.#periodMs() : this.#nextPause());
  }

  /** Probes unhealthy containers sooner than after a whole period, without busy-waiting. */
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

  /** Counts at most one failure per period, so that frequent probes do not exhaust the failure threshold early. */
  #isFailureDue(): boolean {
    const now = performance.now();
    if (now - this.#failureCountedAt < this.#periodMs() * 0.9) return false; // a timer may fire slightly early
    this.#failureCountedAt = now;
    return true;
  }

  #conclude(isHealthy: boolean, reason: string): void {
    if (this.#isHealthy === isHealthy) return;
    this.#isHealthy = isHealthy;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#options.onChange(isHealthy, reason);
  }
}

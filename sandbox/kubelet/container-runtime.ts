import { timestamp } from '../kubernetes/controllers/timestamp.ts';
import type { ContainerSpec } from '../kubernetes/controllers/workloads.ts';
import { ContainerLog } from './container-log.ts';
import { CrashBackoff } from './crash-backoff.ts';
import type { Container, ContainerStart, Image } from './image.ts';

/** How a run of a container ended. */
export interface Termination {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: string }
  | ({ readonly kind: 'terminated' } & Termination);

export interface RuntimeOptions {
  /** What the container is called in messages: `web_default(1234-uid)`. */
  readonly podTitle: string;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly timeScale: number;
  /** Told whenever the state changed by itself. */
  onChange(): void;
}

const LONGEST_POLL_SECONDS = 0.25;
const DEFAULT_PROBE_SECONDS = 10;

/** One container of a Pod through all its runs. */
export class ContainerRuntime {
  readonly log = new ContainerLog();
  readonly #name: string;
  readonly #options: RuntimeOptions;
  readonly #backoff: CrashBackoff;
  #state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating' };
  #lastTermination: Termination | undefined;
  #run: Container | undefined;
  #starts = 0;
  #ready = false;
  #probe: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(name: string, options: RuntimeOptions) {
    this.#name = name;
    this.#options = options;
    this.#backoff = new CrashBackoff(options.timeScale);
  }

  get state(): ContainerState {
    return this.#state;
  }

  get lastTermination(): Termination | undefined {
    return this.#lastTermination;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get restartCount(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** How long until a start should be tried: 0 is now, undefined never, as things stand. */
  get msUntilStart(): number | undefined {
    if (this.#stopping || this.#run !== undefined || !this.#willRestart()) return undefined;
    return this.#backoff.remainingMs();
  }

  /** Whether it has ended for good. */
  get hasEnded(): boolean {
    return this.#state.kind === 'terminated' && !this.#willRestart();
  }

  /** Notes why a start is not possible; tells whether that is news. */
  hold(reason: string, message: string): boolean {
    const present = this.#state;
    if (present.kind === 'waiting' && present.reason === reason && present.message === message) return false;
    this.#state = { kind: 'waiting', reason, message };
    return true;
  }

  start(image: Image, start: ContainerStart, probe: ContainerSpec['readinessProbe']): void {
    this.log.clear();
    const run = image.start(start);
    this.#starts += 1;
    this.#backoff.started();
    const startedAt = timestamp();
    this.#run = run;
    this.#state = { kind: 'running', startedAt };
    this.#ready = probe === undefined;
    if (probe !== undefined) this.#watchReadiness(run, probe);
    void run.exited.then((exitCode) => this.#noteExit(run, { exitCode, startedAt, finishedAt: timestamp() }));
  }

  /** Ends the container and does not start it again. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await this.#run?.stop(graceMs);
    this.#endRun();
    if (this.#state.kind !== 'running') return;
    this.#state = { kind: 'terminated', exitCode: 0, startedAt: this.#state.startedAt, finishedAt: timestamp() };
  }

  addressOf(port: number): string | undefined {
    return this.#run?.addressOf(port);
  }

  #willRestart(): boolean {
    if (this.#state.kind !== 'terminated') return true;
    const { restartPolicy } = this.#options;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && this.#state.exitCode !== 0);
  }

  #watchReadiness(
    run: Container,
    { periodSeconds, initialDelaySeconds = 0 }: NonNullable<ContainerSpec['readinessProbe']>,
  ) {
    const { timeScale } = this.#options;
    const seconds = Math.min(periodSeconds ?? DEFAULT_PROBE_SECONDS, LONGEST_POLL_SECONDS);
    const firstProbeAt = performance.now() + (initialDelaySeconds * 1000) / timeScale;
    const probe = (): void => {
      const ready = performance.now() >= firstProbeAt && run.ready();
      if (ready === this.#ready) return;
      this.#ready = ready;
      this.#options.onChange();
    };
    probe();
    this.#probe = setInterval(probe, (seconds * 1000) / timeScale);
  }

  #noteExit(run: Container, termination: Termination): void {
    if (run !== this.#run || this.#stopping) return;
    this.#endRun();
    this.#lastTermination = termination;
    this.#state = { kind: 'terminated', ...termination };
    const waitMs = this.#backoff.crashed();
    if (this.#willRestart() && waitMs > 0) {
      const message = `back-off ${this.#backoff.seconds}s restarting failed container=${this.#name} pod=${this.#options.podTitle}`;
      this.#state = { kind: 'waiting', reason: 'CrashLoopBackOff', message };
    }
    this.#options.onChange();
  }

  #endRun(): void {
    clearInterval(this.#probe);
    this.#run = undefined;
    this.#ready = false;
  }
}

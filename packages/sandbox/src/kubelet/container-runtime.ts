import { timestamp } from '../kubernetes/controllers/timestamp.ts';
import type { ContainerSpec } from '../kubernetes/controllers/workloads.ts';
import { ContainerLog } from './container-log.ts';
import { ContainerProbes } from './container-probes.ts';
import { CrashBackoff } from './crash-backoff.ts';
import { endContainer } from './end-container.ts';
import type { Container, ContainerStart, Image } from './image.ts';

/** The end of a run of a container. */
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
  /** The name of the Pod in messages: `web_default(1234-uid)`. */
  readonly podTitle: string;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Why it waits before its first start. */
  readonly firstReason: 'ContainerCreating' | 'PodInitializing';
  readonly timeScale: number;
  /** The grace period after a failed liveness probe. */
  readonly graceMs: number;
  /** Called when the state has changed without a call. */
  onChange(): void;
  /** Called for each Event that users should see. */
  onTrouble(reason: 'Unhealthy' | 'Killing', message: string): void;
}

/** A container of a Pod, across restarts. */
export class ContainerRuntime {
  readonly log = new ContainerLog();
  readonly #name: string;
  readonly #options: RuntimeOptions;
  readonly #backoff: CrashBackoff;
  #state: ContainerState;
  #lastTermination: Termination | undefined;
  #run: Container | undefined;
  #starts = 0;
  #probes: ContainerProbes | undefined;
  #stopping = false;
  #preStopMs = 0;

  constructor(name: string, options: RuntimeOptions) {
    this.#name = name;
    this.#options = options;
    this.#state = { kind: 'waiting', reason: options.firstReason };
    this.#backoff = new CrashBackoff(options.timeScale);
  }

  get state(): ContainerState {
    return this.#state;
  }

  get lastTermination(): Termination | undefined {
    return this.#lastTermination;
  }

  get ready(): boolean {
    return this.#run !== undefined && this.#probes?.isReady === true;
  }

  /** Whether it runs and its startup probe has succeeded. */
  get hasStarted(): boolean {
    return this.#run !== undefined && this.#probes?.hasStarted === true;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Whether it has ever been started. */
  get hasRun(): boolean {
    return this.#starts > 0;
  }

  /** Whether its program sees changes of mounted volumes. */
  get isRefreshable(): boolean {
    return this.#run?.refresh !== undefined;
  }

  /** Whether its program depends on where the ports of other Pods listen. */
  get followsAddresses(): boolean {
    return this.#run?.readdress !== undefined;
  }

  get restartCount(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** Delay until the next start: 0 is now, undefined never. */
  get msUntilStart(): number | undefined {
    if (this.#stopping || this.#run !== undefined || !this.#willRestart()) return undefined;
    return this.#backoff.remainingMs();
  }

  /** Whether it has ended and will not be restarted. */
  get hasEnded(): boolean {
    return this.#state.kind === 'terminated' && !this.#willRestart();
  }

  /** Records why a start is not possible. Returns whether the reason is new. */
  hold(reason: string, message: string): boolean {
    const present = this.#state;
    if (present.kind === 'waiting' && present.reason === reason && present.message === message) return false;
    this.#state = { kind: 'waiting', reason, message };
    return true;
  }

  start(image: Image, start: ContainerStart, spec: ContainerSpec): void {
    this.log.clear();
    const run = image.start(start);
    this.#starts += 1;
    this.#backoff.started();
    const startedAt = timestamp();
    this.#run = run;
    this.#preStopMs = 1_000 * (spec.lifecycle?.preStop?.sleep?.seconds ?? 0);
    this.#state = { kind: 'running', startedAt };
    this.#probes = this.#startProbes(run, spec);
    void run.exited.then((exitCode) => this.#noteExit(run, { exitCode, startedAt, finishedAt: timestamp() }));
  }

  /** Brings the mounted files up to date. */
  refresh(files: ReadonlyMap<string, string>): void {
    this.#run?.refresh?.(files);
  }

  /** Notes that ports of Pods may listen elsewhere on this machine. */
  readdress(): void {
    this.#run?.readdress?.();
  }

  /** It is not restarted any more, whatever happens to it. */
  retire(): void {
    this.#stopping = true;
    this.#probes?.stopRestarting();
  }

  /** Ends the container and does not start it again. */
  async stop(graceMs: number): Promise<void> {
    this.retire();
    const exitCode = this.#run === undefined ? 0 : await endContainer(this.#run, graceMs, this.#preStopMs);
    this.#endRun();
    if (this.#state.kind !== 'running') return;
    this.#state = { kind: 'terminated', exitCode, startedAt: this.#state.startedAt, finishedAt: timestamp() };
  }

  /** Sends SIGKILL. The container is restarted as after any crash. */
  kill(): void {
    this.#run?.kill();
  }

  addressOf(port: number): string | undefined {
    return this.#run?.addressOf(port);
  }

  #willRestart(): boolean {
    if (this.#state.kind !== 'terminated') return true;
    const { restartPolicy } = this.#options;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && this.#state.exitCode !== 0);
  }

  #startProbes(run: Container, spec: ContainerSpec): ContainerProbes {
    const { timeScale, graceMs } = this.#options;
    return new ContainerProbes(spec, {
      addressOf: (port) => run.addressOf(port),
      timeScale,
      onChange: () => this.#options.onChange(),
      onFailure: (message) => this.#options.onTrouble('Unhealthy', message),
      onDead: (probe) => {
        this.#options.onTrouble('Killing', `Container ${this.#name} failed ${probe} probe, will be restarted`);
        void endContainer(run, graceMs);
      },
    });
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
    this.#probes?.stop();
    this.#run = undefined;
  }
}

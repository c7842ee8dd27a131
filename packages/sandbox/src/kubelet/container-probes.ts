import type { ContainerSpec, ProbeSpec } from '../kubernetes/controllers/workloads.ts';
import { ProbeLoop } from './probe-loop.ts';

export interface ContainerProbesOptions {
  /** The address on this machine for a port of the container. */
  addressOf(port: number): string | undefined;
  readonly timeScale: number;
  /** Called when readiness has changed, or the startup probe has succeeded. */
  onChange(): void;
  /** Called with the message of an `Unhealthy` Event, once for each series of failures. */
  onFailure(message: string): void;
  /** Called when the container must be restarted. */
  onDead(probe: 'startup' | 'liveness'): void;
}

/** All probes of one run of a container. The others start after the startup probe has succeeded. */
export class ContainerProbes {
  readonly #spec: ContainerSpec;
  readonly #options: ContainerProbesOptions;
  readonly #loops: ProbeLoop[] = [];
  /** Those of the loops that may have the container restarted. */
  readonly #restarting: ProbeLoop[] = [];
  #hasStarted = false;
  #isReady = false;

  constructor(spec: ContainerSpec, options: ContainerProbesOptions) {
    this.#spec = spec;
    this.#options = options;
    if (spec.startupProbe === undefined) this.#watch();
    else this.#awaitStartup(spec.startupProbe);
  }

  /** Whether the startup probe has succeeded, if there is one. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  stop(): void {
    for (const loop of this.#loops) loop.stop();
  }

  /** A container that is being ended is probed for readiness only, and never restarted. */
  stopRestarting(): void {
    for (const loop of this.#restarting) loop.stop();
  }

  #awaitStartup(probe: ProbeSpec): void {
    const loop = this.#loop(probe, (hasStarted, reason) => {
      loop.stop();
      if (!hasStarted) return this.#die('startup', reason);
      this.#watch();
      this.#options.onChange();
    });
    this.#restarting.push(loop);
  }

  /** A container without a readiness probe is ready as soon as it has started. */
  #watch(): void {
    this.#hasStarted = true;
    const { readinessProbe, livenessProbe } = this.#spec;
    if (livenessProbe !== undefined) this.#watchLiveness(livenessProbe);
    if (readinessProbe === undefined) this.#isReady = true;
    else this.#loop(readinessProbe, (isReady, reason) => this.#noteReadiness(isReady, reason));
  }

  #watchLiveness(probe: ProbeSpec): void {
    const loop = this.#loop(probe, (isAlive, reason) => {
      if (isAlive) return;
      loop.stop();
      this.#die('liveness', reason);
    });
    this.#restarting.push(loop);
  }

  #noteReadiness(isReady: boolean, reason: string): void {
    if (!isReady) this.#options.onFailure(`Readiness probe failed: ${reason}`);
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    this.#options.onChange();
  }

  #die(probe: 'startup' | 'liveness', reason: string): void {
    this.#options.onFailure(`${probe === 'startup' ? 'Startup' : 'Liveness'} probe failed: ${reason}`);
    this.#options.onDead(probe);
  }

  #loop(probe: ProbeSpec, onChange: (isHealthy: boolean, reason: string) => void): ProbeLoop {
    const { timeScale } = this.#options;
    const loop = new ProbeLoop(probe, { timeScale, onChange, target: (port) => this.#addressOf(port) });
    this.#loops.push(loop);
    return loop;
  }

  #addressOf(port: number | string): string | undefined {
    const number = this.#spec.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
    return this.#options.addressOf(number);
  }
}

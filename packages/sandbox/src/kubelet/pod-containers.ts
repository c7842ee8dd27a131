import type { ContainerSpec, PodSpec } from '../kubernetes/controllers/workloads.ts';
import type { ContainerRuntime } from './container-runtime.ts';

/** A container in the spec, and its runtime. */
export interface PodContainer {
  readonly spec: ContainerSpec;
  readonly runtime: ContainerRuntime;
}

/** An init container that runs beside the others. */
export function isSidecar({ restartPolicy }: ContainerSpec): boolean {
  return restartPolicy === 'Always';
}

/**
 * The containers of a Pod that run. Sidecars start before the others, each when the startup probe of the one before it
 * has succeeded. Other init containers count as completed, because no test needs one.
 */
export class PodContainers {
  readonly #runtimes: ReadonlyMap<string, ContainerRuntime>;
  #spec: PodSpec;
  #isInitialized = false;

  constructor(spec: PodSpec, create: (container: ContainerSpec) => ContainerRuntime) {
    this.#spec = spec;
    const containers = [...sidecarsIn(spec), ...spec.containers];
    this.#runtimes = new Map(containers.map((container) => [container.name, create(container)]));
  }

  /** The spec as it is now: the image of a container may change. */
  update(spec: PodSpec): void {
    this.#spec = spec;
  }

  /** In the order in which they start. */
  get sidecars(): PodContainer[] {
    return this.#running(sidecarsIn(this.#spec));
  }

  get main(): PodContainer[] {
    return this.#running(this.#spec.containers);
  }

  get all(): PodContainer[] {
    return [...this.sidecars, ...this.main];
  }

  named(name: string): ContainerRuntime | undefined {
    return this.#runtimes.get(name);
  }

  /** Once true, a sidecar that ends holds up nothing but itself. */
  get isInitialized(): boolean {
    return this.#isInitialized;
  }

  /** Those whose turn to start has come. */
  admitted(): PodContainer[] {
    const { sidecars } = this;
    const last = sidecars.findLastIndex(({ runtime }) => runtime.hasRun);
    const isWaiting = sidecars[last]?.runtime.hasStarted === false;
    this.#isInitialized ||= last === sidecars.length - 1 && !isWaiting;
    if (this.#isInitialized) return this.all;
    return sidecars.slice(0, isWaiting ? last + 1 : last + 2);
  }

  /** Whether the main containers have ended for good, so that sidecars have no purpose any more. */
  get hasFinished(): boolean {
    return this.main.every(({ runtime }) => runtime.hasEnded);
  }

  #running(specs: readonly ContainerSpec[]): PodContainer[] {
    return specs.flatMap((spec) => {
      const runtime = this.#runtimes.get(spec.name);
      return runtime === undefined ? [] : [{ spec, runtime }];
    });
  }
}

function sidecarsIn({ initContainers = [] }: PodSpec): ContainerSpec[] {
  return initContainers.filter(isSidecar);
}

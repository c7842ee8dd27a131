import type { KubeApi } from '../kubernetes/api.ts';
import type { EventRecorder, EventDetails } from '../kubernetes/controllers/event-recorder.ts';
import { timestamp } from '../kubernetes/controllers/timestamp.ts';
import type { Pod, PodStatus } from '../kubernetes/controllers/workloads.ts';
import { ConfigSource, type Entries } from './config-source.ts';
import { containerStart } from './container-start.ts';
import { ContainerRuntime } from './container-runtime.ts';
import type { Image } from './image.ts';
import { MissingReferenceError } from './missing-reference-error.ts';
import type { PodAddress } from './pod-network.ts';
import { type PodContainer, podStatus } from './pod-status.ts';
import { volumesOf } from './volumes.ts';

/** The dependencies that all Pods of a kubelet share. */
export interface PodEnvironment {
  readonly api: KubeApi;
  readonly images: readonly Image[];
  readonly events: EventRecorder;
  readonly timeScale: number;
}

/**
 * A Pod on the node: its address, containers and logs. Init containers count as completed, because no test needs one.
 */
export class PodRuntime {
  readonly uid: string;
  readonly ip: string;
  readonly #loopback: string;
  readonly #environment: PodEnvironment;
  readonly #runtimes: ReadonlyMap<string, ContainerRuntime>;
  readonly #startTime = timestamp();
  readonly #onChange: () => void;
  #pod: Pod;
  #mountFailure = '';
  #stopped: 'no' | 'stopping' | 'yes' = 'no';

  constructor(pod: Pod, { ip, loopback }: PodAddress, environment: PodEnvironment, onChange: () => void) {
    this.uid = pod.metadata.uid ?? '';
    this.ip = ip;
    this.#loopback = loopback;
    this.#pod = pod;
    this.#environment = environment;
    this.#onChange = onChange;
    this.#runtimes = new Map(pod.spec.containers.map(({ name }) => [name, this.#runtimeFor(name)]));
  }

  get isStopped(): boolean {
    return this.#stopped === 'yes';
  }

  get isReady(): boolean {
    return this.#containers().every(({ runtime }) => runtime.ready);
  }

  /** Whether a container waits for an object in the namespace. */
  get isWaiting(): boolean {
    return this.#containers().some(({ runtime }) => runtime.state.kind === 'waiting');
  }

  /** Starts every container that is due and can start. Returns the delay until the next one, if one is backing off. */
  sync(pod: Pod): number | undefined {
    this.#pod = pod;
    if (this.#stopped !== 'no') return undefined;
    // Evaluated once, because both uses would miss a back-off that ends between two evaluations.
    const waits = this.#containers().map((container) => ({ container, waitMs: container.runtime.msUntilStart }));
    this.#startAll(waits.filter(({ waitMs }) => waitMs === 0).map(({ container }) => container));
    const pending = waits.flatMap(({ waitMs = 0 }) => (waitMs > 0 ? [waitMs] : []));
    return pending.length === 0 ? undefined : Math.min(...pending);
  }

  /** Starts to end all containers. When they have ended, `isStopped` is true and the Pod is reported as changed. */
  terminate(graceMs: number): void {
    if (this.#stopped !== 'no') return;
    this.#stopped = 'stopping';
    for (const { spec } of this.#containers()) {
      this.#record('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name);
    }
    void this.stop(graceMs).then(() => this.#onChange());
  }

  async stop(graceMs: number): Promise<void> {
    await Promise.all(Array.from(this.#runtimes.values(), (runtime) => runtime.stop(graceMs)));
    this.#stopped = 'yes';
  }

  status(pod: Pod): PodStatus {
    return podStatus(pod, this.ip, this.#containers(), this.#startTime);
  }

  /** Sends SIGKILL to the containers, like the out-of-memory killer. They are restarted as after any crash. */
  kill(): void {
    for (const runtime of this.#runtimes.values()) runtime.kill();
  }

  /** The log of the named container, or of the first one. */
  logs(container?: string): readonly string[] {
    const name = container ?? this.#pod.spec.containers[0]?.name ?? '';
    return this.#runtimes.get(name)?.log.lines() ?? [];
  }

  addressOf(port: number): string | undefined {
    return Array.from(this.#runtimes.values(), (runtime) => runtime.addressOf(port)).find(
      (address) => address !== undefined,
    );
  }

  #runtimeFor(name: string): ContainerRuntime {
    const { metadata, spec } = this.#pod;
    return new ContainerRuntime(name, {
      podTitle: `${metadata.name}_${metadata.namespace}(${this.uid})`,
      restartPolicy: spec.restartPolicy ?? 'Always',
      timeScale: this.#environment.timeScale,
      graceMs: (spec.terminationGracePeriodSeconds ?? 30) * 1000,
      onChange: this.#onChange,
      onTrouble: (reason, message) => this.#record(reason === 'Killing' ? 'Normal' : 'Warning', reason, message, name),
    });
  }

  #containers(): PodContainer[] {
    return this.#pod.spec.containers.flatMap((spec) => {
      const runtime = this.#runtimes.get(spec.name);
      return runtime === undefined ? [] : [{ spec, runtime }];
    });
  }

  #startAll(due: readonly PodContainer[]): void {
    if (due.length === 0) return;
    const source = new ConfigSource(this.#environment.api, this.#pod.metadata.namespace ?? '');
    const volumes = this.#mount(source);
    if (volumes !== undefined) for (const container of due) this.#tryStart(container, source, volumes);
  }

  /** As on a real node, a volume that cannot be mounted keeps the Pod in ContainerCreating and causes an Event. */
  #mount(source: ConfigSource): ReadonlyMap<string, Entries> | undefined {
    try {
      return volumesOf(this.#pod, this.ip, source);
    } catch (error) {
      if (!(error instanceof MissingReferenceError)) throw error;
      this.#noteMountFailure(error.message);
      return undefined;
    }
  }

  #noteMountFailure(why: string): void {
    if (this.#mountFailure === why) return;
    this.#mountFailure = why;
    this.#record('Warning', 'FailedMount', `MountVolume.SetUp failed: ${why}`);
  }

  #tryStart({ spec, runtime }: PodContainer, source: ConfigSource, volumes: ReadonlyMap<string, Entries>): void {
    const image = this.#environment.images.find(({ matches }) => matches.test(spec.image));
    if (image === undefined) {
      const message = `failed to pull image "${spec.image}": the sandbox has no program for it`;
      if (runtime.hold('ErrImagePull', message)) this.#record('Warning', 'Failed', message, spec.name);
      return;
    }
    try {
      const start = containerStart(this.#pod, { ip: this.ip, loopback: this.#loopback }, spec, {
        source,
        volumes,
        log: (line) => runtime.log.append(line),
      });
      runtime.start(image, start, spec);
      this.#announceStart(spec.name, spec.image);
    } catch (error) {
      if (!(error instanceof MissingReferenceError)) throw error;
      const isNew = runtime.hold('CreateContainerConfigError', error.message);
      if (isNew) this.#record('Warning', 'Failed', `Error: ${error.message}`, spec.name);
    }
  }

  #announceStart(container: string, image: string): void {
    this.#record('Normal', 'Pulled', `Container image "${image}" already present on machine`, container);
    this.#record('Normal', 'Created', `Created container: ${container}`, container);
    this.#record('Normal', 'Started', `Started container ${container}`, container);
  }

  #record(type: EventDetails['type'], reason: string, message: string, container?: string): void {
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
    this.#environment.events.record(this.#pod, { type, reason, message, ...fieldPath });
  }
}

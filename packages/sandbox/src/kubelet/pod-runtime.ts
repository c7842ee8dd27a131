import { timestamp } from '../kubernetes/controllers/timestamp.ts';
import type { ContainerSpec, Pod, PodStatus } from '../kubernetes/controllers/workloads.ts';
import { ContainerRuntime } from './container-runtime.ts';
import { ContainerStarter } from './container-starter.ts';
import { endInOrder } from './end-in-order.ts';
import { SharedFolders } from './mounts.ts';
import { isSidecar, type PodContainer, PodContainers } from './pod-containers.ts';
import type { PodEnvironment } from './pod-environment.ts';
import { podEvents, type RecordPodEvent } from './pod-events.ts';
import type { PodAddress } from './pod-network.ts';
import { podStatus } from './pod-status.ts';
import { RefreshClock } from './refresh-clock.ts';

/** A Pod on the node: its address, containers, folders and logs. */
export class PodRuntime {
  readonly uid: string;
  readonly ip: string;
  readonly #environment: PodEnvironment;
  readonly #containers: PodContainers;
  readonly #folders = new SharedFolders();
  readonly #starter: ContainerStarter;
  readonly #refreshes: RefreshClock;
  readonly #record: RecordPodEvent;
  readonly #startTime = timestamp();
  readonly #onChange: () => void;
  #pod: Pod;
  #isFinished = false;
  #stopped: 'no' | 'stopping' | 'yes' = 'no';

  constructor(pod: Pod, address: PodAddress, environment: PodEnvironment, onChange: () => void) {
    this.uid = pod.metadata.uid ?? '';
    this.ip = address.ip;
    this.#pod = pod;
    this.#environment = environment;
    this.#onChange = onChange;
    this.#refreshes = new RefreshClock(pod, environment.assumptions, environment.timeScale);
    this.#record = podEvents(environment.events, () => this.#pod);
    this.#starter = new ContainerStarter({ address, environment, folders: this.#folders, record: this.#record });
    this.#containers = new PodContainers(pod.spec, (container) => this.#runtimeFor(container));
  }

  get isStopped(): boolean {
    return this.#stopped === 'yes';
  }

  get isReady(): boolean {
    return this.#containers.all.every(({ runtime }) => runtime.ready);
  }

  /** Whether a container waits for an object in the namespace. */
  get isWaiting(): boolean {
    return this.#containers.all.some(({ runtime }) => runtime.state.kind === 'waiting');
  }

  /** Whether a program depends on where the ports of other Pods listen. */
  get followsAddresses(): boolean {
    return this.#containers.all.some(({ runtime }) => runtime.followsAddresses);
  }

  /**
   * Starts every container that is due and can start, and refreshes mounted files if that is due. Returns the delay
   * until something is due again without a change.
   */
  sync(pod: Pod): number | undefined {
    this.#pod = pod;
    this.#containers.update(pod.spec);
    this.#refreshes.podChanged(pod);
    if (this.#stopped !== 'no') return undefined;
    if (this.#containers.hasFinished) this.#endSidecars();
    // Evaluated once, because both uses would miss a back-off that ends between two evaluations.
    const waits = this.#containers
      .admitted()
      .map((container) => ({ container, waitMs: container.runtime.msUntilStart }));
    this.#startAll(waits.filter(({ waitMs }) => waitMs === 0).map(({ container }) => container));
    const pending = [...waits.map(({ waitMs = 0 }) => waitMs), this.#refresh() ?? 0].filter((ms) => ms > 0);
    return pending.length === 0 ? undefined : Math.min(...pending);
  }

  /** Starts to end all containers. When they have ended, `isStopped` is true and the Pod is reported as changed. */
  terminate(graceMs: number): void {
    if (this.#stopped !== 'no') return;
    this.#stopped = 'stopping';
    this.#announceEnd(this.#containers.all);
    void this.stop(graceMs).then(() => this.#onChange());
  }

  async stop(graceMs: number): Promise<void> {
    const { main, sidecars } = this.#containers;
    await endInOrder(main.map(runtimeOf), sidecars.map(runtimeOf), graceMs);
    this.#folders.remove();
    this.#stopped = 'yes';
  }

  status(pod: Pod): PodStatus {
    return podStatus(pod, this.ip, this.#containers, this.#startTime);
  }

  /**
   * Sends SIGKILL to one container or all, like the out-of-memory killer. They are restarted as after any crash.
   */
  kill(container?: string): void {
    for (const { spec, runtime } of this.#containers.all) if ((container ?? spec.name) === spec.name) runtime.kill();
  }

  /** The log of the named container, or of the first one. */
  logs(container?: string): readonly string[] {
    const name = container ?? this.#pod.spec.containers[0]?.name ?? '';
    return this.#containers.named(name)?.log.lines() ?? [];
  }

  /** A process has an address for every port, so sidecars, which are processes, come last. */
  addressOf(port: number): string | undefined {
    const { main, sidecars } = this.#containers;
    const addresses = [...main, ...sidecars].map(({ runtime }) => runtime.addressOf(port));
    return addresses.find((address) => address !== undefined);
  }

  #runtimeFor(container: ContainerSpec): ContainerRuntime {
    const { metadata, spec } = this.#pod;
    const { name } = container;
    return new ContainerRuntime(name, {
      podTitle: `${metadata.name}_${metadata.namespace}(${this.uid})`,
      restartPolicy: isSidecar(container) ? 'Always' : (spec.restartPolicy ?? 'Always'),
      firstReason: spec.initContainers?.some(isSidecar) === true ? 'PodInitializing' : 'ContainerCreating',
      timeScale: this.#environment.timeScale,
      graceMs: this.#graceMs,
      onChange: () => this.#noteChange(),
      onTrouble: (reason, message) => this.#record(reason === 'Killing' ? 'Normal' : 'Warning', reason, message, name),
    });
  }

  #noteChange(): void {
    this.#refreshes.containerChanged();
    this.#onChange();
  }

  get #graceMs(): number {
    return (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  #startAll(due: readonly PodContainer[]): void {
    this.#starter.startAll(this.#pod, due);
    const isNextDue = due.some(({ runtime }) => runtime.hasStarted) && !this.#containers.isInitialized;
    if (isNextDue) this.#onChange();
  }

  /** Returns the delay until the next refresh, if a container needs any. */
  #refresh(): number | undefined {
    const refreshable = this.#containers.all.filter(({ runtime }) => runtime.isRefreshable);
    if (refreshable.length === 0) return undefined;
    if (this.#refreshes.remainingMs > 0) {
      for (const { runtime } of refreshable) runtime.readdress();
    } else {
      this.#starter.refreshAll(this.#pod, refreshable);
      this.#refreshes.restart();
    }
    return this.#refreshes.remainingMs;
  }

  /** A Pod whose main containers have all ended for good is not kept alive by its sidecars. */
  #endSidecars(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const running = this.#containers.sidecars.filter(({ runtime }) => runtime.isRunning);
    if (running.length === 0) return;
    this.#announceEnd(running);
    void endInOrder([], running.map(runtimeOf), this.#graceMs).then(() => this.#onChange());
  }

  #announceEnd(containers: readonly PodContainer[]): void {
    for (const { spec } of containers) {
      this.#record('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name);
    }
  }
}

function runtimeOf({ runtime }: PodContainer): ContainerRuntime {
  return runtime;
}

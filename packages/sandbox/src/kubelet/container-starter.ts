import type { Pod } from '../kubernetes/controllers/workloads.ts';
import { ConfigSource, type Entries } from './config-source.ts';
import { containerStart } from './container-start.ts';
import type { Image } from './image.ts';
import { MissingReferenceError } from './missing-reference-error.ts';
import type { SharedFolders } from './mounts.ts';
import type { PodContainer } from './pod-containers.ts';
import type { RecordPodEvent } from './pod-events.ts';
import type { PodAddress } from './pod-network.ts';
import type { PodEnvironment } from './pod-environment.ts';
import { mountedFiles, volumesOf } from './volumes.ts';

export interface ContainerStarterOptions {
  readonly address: PodAddress;
  readonly environment: PodEnvironment;
  readonly folders: SharedFolders;
  readonly record: RecordPodEvent;
}

/** Mounts the volumes of a Pod and starts its containers, or reports why it cannot. */
export class ContainerStarter {
  readonly #options: ContainerStarterOptions;
  #mountFailure = '';

  constructor(options: ContainerStarterOptions) {
    this.#options = options;
  }

  startAll(pod: Pod, due: readonly PodContainer[]): void {
    if (due.length === 0) return;
    const source = this.#sourceFor(pod);
    const volumes = this.#mount(pod, source);
    if (volumes !== undefined) for (const container of due) this.#tryStart(pod, container, { source, volumes });
  }

  /** Brings the mounted files of running containers up to date. A volume that cannot be mounted leaves them as they are. */
  refreshAll(pod: Pod, containers: readonly PodContainer[]): void {
    const volumes = this.#mount(pod, this.#sourceFor(pod));
    if (volumes === undefined) return;
    for (const { spec, runtime } of containers) runtime.refresh(mountedFiles(spec, volumes));
  }

  #sourceFor({ metadata }: Pod): ConfigSource {
    return new ConfigSource(this.#options.environment.api, metadata.namespace ?? '');
  }

  /** As on a real node, a volume that cannot be mounted keeps the Pod in ContainerCreating and causes an Event. */
  #mount(pod: Pod, source: ConfigSource): ReadonlyMap<string, Entries> | undefined {
    try {
      return volumesOf(pod, this.#options.address.ip, source);
    } catch (error) {
      if (!(error instanceof MissingReferenceError)) throw error;
      this.#noteMountFailure(error.message);
      return undefined;
    }
  }

  #noteMountFailure(why: string): void {
    if (this.#mountFailure === why) return;
    this.#mountFailure = why;
    this.#options.record('Warning', 'FailedMount', `MountVolume.SetUp failed: ${why}`);
  }

  #tryStart(pod: Pod, { spec, runtime }: PodContainer, mounted: Mounted): void {
    const { environment, address, folders, record } = this.#options;
    const image = environment.images.find(({ matches }) => matches.test(spec.image));
    const absence = absenceOf(image);
    if (image === undefined || absence !== undefined) {
      const message = `failed to pull image "${spec.image}": ${absence}`;
      if (runtime.hold('ErrImagePull', message)) record('Warning', 'Failed', message, spec.name);
      return;
    }
    try {
      const log = (line: string) => runtime.log.append(line);
      const { addressAt } = environment;
      runtime.start(image, containerStart(pod, address, spec, { ...mounted, folders, addressAt, log }), spec);
      this.#announceStart(spec.name, spec.image);
    } catch (error) {
      if (!(error instanceof MissingReferenceError)) throw error;
      const isNew = runtime.hold('CreateContainerConfigError', error.message);
      if (isNew) record('Warning', 'Failed', `Error: ${error.message}`, spec.name);
    }
  }

  #announceStart(container: string, image: string): void {
    const { record } = this.#options;
    record('Normal', 'Pulled', `Container image "${image}" already present on machine`, container);
    record('Normal', 'Created', `Created container: ${container}`, container);
    record('Normal', 'Started', `Started container ${container}`, container);
  }
}

interface Mounted {
  readonly source: ConfigSource;
  readonly volumes: ReadonlyMap<string, Entries>;
}

function absenceOf(image: Image | undefined): string | undefined {
  return image === undefined ? 'the sandbox has no program for it' : image.absence;
}

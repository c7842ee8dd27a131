import type { Mount } from './mounts.ts';

/** The start parameters of a container, with all references resolved as a kubelet would. */
export interface ContainerStart {
  readonly pod: PodIdentity;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → content of every file mounted from a ConfigMap or Secret, as of the start of the Pod. */
  readonly files: ReadonlyMap<string, string>;
  /** The mounted folders. Files that are not in one of them are mounted alone. */
  readonly mounts: readonly Mount[];
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  /** Where a port of the Pod with this cluster address listens on this machine. Undefined if nothing does. */
  readonly addressAt: (ip: string, port: number) => string | undefined;
  /** Writes a line to the container's log (`kubectl logs`). */
  log(line: string): void;
}

export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The address that the cluster sees. */
  readonly ip: string;
  /** A loopback address for this Pod alone, for programs that need fixed ports. */
  readonly loopback: string;
}

/** A running container. */
export interface Container {
  /** SIGTERM: the container may finish its work. */
  terminate(): void;
  /** SIGKILL: the container ends immediately. */
  kill(): void;
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number>;
  /** The loopback `host:port` where a port of this container listens on this machine. */
  addressOf(containerPort: number): string | undefined;
  /** Replaces the files of mounted volumes. Absent if the program sees only those of its start. */
  refresh?(files: ReadonlyMap<string, string>): void;
  /** Called when the results of `addressAt` may have changed. Absent if the program does not depend on them. */
  readdress?(): void;
}

/** A program that the sandbox's kubelet can run, selected by image name. */
export interface Image {
  readonly matches: RegExp;
  /** Why there is no such program here: the end of the message of ErrImagePull. Absent if there is one. */
  readonly absence?: string | undefined;
  start(container: ContainerStart): Container;
}

/** Exit code of a process that was ended by SIGKILL. */
export const KILLED = 137;

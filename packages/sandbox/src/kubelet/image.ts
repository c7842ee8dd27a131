/** What one container of a Pod is started with, all references resolved as a kubelet would. */
export interface ContainerStart {
  readonly pod: PodIdentity;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → content of every file mounted from a ConfigMap or Secret, as it was when the Pod started. */
  readonly files: ReadonlyMap<string, string>;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  /** One line of the container's log (`kubectl logs`). */
  log(line: string): void;
}

export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** As reported to the cluster. */
  readonly ip: string;
  /** A loopback address of this Pod only, for programs that cannot listen on any free port. */
  readonly loopback: string;
}

/** A running container. */
export interface Container {
  /** SIGTERM: may finish what it is at. */
  terminate(): void;
  /** SIGKILL: ends at once. */
  kill(): void;
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number>;
  /** Where a port of this container really listens on this machine: `containerPort` → loopback `host:port`. */
  addressOf(containerPort: number): string | undefined;
}

/** Programs the sandbox's kubelet can run, found by image name. */
export interface Image {
  readonly matches: RegExp;
  start(container: ContainerStart): Container;
}

/** Exit code of a process that SIGKILL has ended. */
export const KILLED = 137;

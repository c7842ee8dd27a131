/** What one container of a Pod is started with, all references resolved as a kubelet would. */
export interface ContainerStart {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string; readonly ip: string };
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

/** A running container. */
export interface Container {
  /** What the readiness probe would find now. */
  ready(): boolean;
  /** SIGTERM; resolves when the process has ended, at the latest after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Resolves with the exit code when the process ends by itself. */
  readonly exited: Promise<number>;
  /** Where a port of this container really listens on this machine: `containerPort` → loopback `host:port`. */
  addressOf(containerPort: number): string | undefined;
}

/** Programs the sandbox's kubelet can run, found by image name. */
export interface Image {
  readonly matches: RegExp;
  start(container: ContainerStart): Container;
}

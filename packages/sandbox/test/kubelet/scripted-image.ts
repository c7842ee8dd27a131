import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Container, type ContainerStart, type Image, KILLED } from '../../src/kubelet/image.ts';
import type { ProbeSpec } from '../../src/kubernetes/controllers/workloads.ts';

/** A run of a container of a `ScriptedImage`. */
export interface ScriptedRun {
  readonly start: ContainerStart;
  /** Ends the process. */
  exit(code: number): void;
  readonly signals: ('SIGTERM' | 'SIGKILL')[];
}

const HEALTH_PORT = 9;

/** The probe that every `ScriptedImage` answers. */
export const HEALTH: ProbeSpec = { httpGet: { port: HEALTH_PORT, path: '/health' } };

/** A program that the test controls: its health, its exit, and how long it takes to stop. */
export class ScriptedImage implements Image {
  readonly matches = /^example\/app:/;
  readonly runs: ScriptedRun[] = [];
  ready = true;
  /** Names of containers that are not ready even so. */
  readonly unready = new Set<string>();
  /** What a run waits for after SIGTERM before it ends. */
  drained: Promise<void> = Promise.resolve();
  /** The same for containers of this name alone. */
  readonly drainedOf = new Map<string, Promise<void>>();
  /** Every signal in order, such as `main SIGTERM`. */
  readonly signals: string[] = [];

  start(start: ContainerStart): Container {
    const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
    const run: ScriptedRun = { start, exit, signals: [] };
    this.runs.push(run);
    const health = this.#serveHealth(start.name);
    void exited.then(() => health.close());
    return {
      exited,
      terminate: () => {
        run.signals.push('SIGTERM');
        this.signals.push(`${start.name} SIGTERM`);
        void (this.drainedOf.get(start.name) ?? this.drained).then(() => exit(0));
      },
      kill: () => {
        run.signals.push('SIGKILL');
        this.signals.push(`${start.name} SIGKILL`);
        exit(KILLED);
      },
      addressOf: (port) => (port === HEALTH_PORT ? addressOf(health) : declaredAddress(start, port)),
    };
  }

  /** The latest run, of any Pod or of the named one. */
  latest(pod?: string): ScriptedRun {
    const run = this.runs.findLast(({ start }) => pod === undefined || start.pod.name === pod);
    if (run === undefined) throw new Error('nothing was started yet');
    return run;
  }

  #serveHealth(container: string): Server {
    const isReady = () => this.ready && !this.unready.has(container);
    return createServer((_request, response) => response.writeHead(isReady() ? 200 : 503).end()).listen(0, '127.0.0.1');
  }
}

function addressOf(server: Server): string | undefined {
  const address = server.address() as AddressInfo | null;
  return address === null ? undefined : `127.0.0.1:${address.port}`;
}

/** Nothing listens there. The number only shows the requested port. */
function declaredAddress({ ports }: ContainerStart, port: number): string | undefined {
  return ports.some(({ containerPort }) => containerPort === port) ? `127.0.0.1:1${port}` : undefined;
}

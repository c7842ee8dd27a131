import type { Container, ContainerStart, Image } from '../../../sandbox/kubelet/image.ts';

/** One run of a container of a `ScriptedImage`. */
export interface ScriptedRun {
  readonly start: ContainerStart;
  /** Lets the process end by itself. */
  exit(code: number): void;
  /** The grace the run was asked to stop within; undefined while nobody asked. */
  stoppedWithin: number | undefined;
}

/** A program that does what the test says: is ready or not, exits, takes its time to stop. */
export class ScriptedImage implements Image {
  readonly matches = /^example\/app:/;
  readonly runs: ScriptedRun[] = [];
  ready = true;
  /** What a run waits for before it ends after SIGTERM. */
  drained: Promise<void> = Promise.resolve();

  start(start: ContainerStart): Container {
    const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
    const run: ScriptedRun = { start, exit, stoppedWithin: undefined };
    this.runs.push(run);
    return {
      exited,
      ready: () => this.ready,
      stop: async (graceMs) => {
        run.stoppedWithin = graceMs;
        await this.drained;
      },
      addressOf: (port) =>
        start.ports.some(({ containerPort }) => containerPort === port) ? `127.0.0.1:1${port}` : undefined,
    };
  }

  /** The latest run, of the named Pod if one is named. */
  latest(pod?: string): ScriptedRun {
    const run = this.runs.findLast(({ start }) => pod === undefined || start.pod.name === pod);
    if (run === undefined) throw new Error('nothing was started yet');
    return run;
  }
}
